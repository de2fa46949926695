import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Whom the issuer takes the browser for, and what it says of them. */
export type Somebody = {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  /** What the id token says instead of what was asked: for forgeries. */
  nonce?: string;
};

export const testClient = { clientId: "tollgate", clientSecret: "a secret of the client" };

/** A login at the issuer that has been answered with a code. */
type Grant = { who: Somebody; challenge: string; nonce: string | null; redirectUri: string };

/**
 * An OpenID Connect issuer and a GitHub Enterprise server on loopback, as strict as real ones: a code counts once, for
 * its client, its redirect address and the verifier of its challenge; id tokens are signed (RS256).
 */
export async function startTestIssuer() {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const state = { who: { sub: "1" } as Somebody, grants: new Map<string, Grant>(), url: "" };
  const bearers = new Map<string, Somebody>();
  const jwt = (claims: object): string => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const text = `${encode({ alg: "RS256", kid: "1", typ: "JWT" })}.${encode(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), keys.privateKey).toString("base64url")}`;
  };
  const authorize = (url: URL, response: ServerResponse) => {
    const asked = url.searchParams;
    const code = randomBytes(8).toString("hex");
    const redirectUri = asked.get("redirect_uri") ?? "";
    state.grants.set(code, {
      who: state.who,
      challenge: asked.get("code_challenge") ?? "",
      nonce: asked.get("nonce"),
      redirectUri,
    });
    const back = new URL(redirectUri);
    back.search = new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
    response.writeHead(302, { location: back.href }).end();
  };
  const token = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await textOf(request));
    const grant = state.grants.get(form.get("code") ?? "");
    state.grants.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const fits = grant?.challenge === challenge && grant.redirectUri === form.get("redirect_uri");
    if (grant === undefined || !fits || !isOurClient(request))
      return json(response, 400, { error: "invalid_grant" });
    const bearer = randomBytes(8).toString("hex");
    bearers.set(bearer, grant.who);
    const now = Math.floor(Date.now() / 1000);
    const { nonce, ...who } = { nonce: grant.nonce, ...grant.who };
    const claims = { iss: state.url, aud: testClient.clientId, iat: now, exp: now + 300, nonce, ...who };
    // GitHub has no id token.
    const idToken = request.url?.endsWith("/access_token") ? {} : { id_token: jwt(claims) };
    return json(response, 200, { access_token: bearer, token_type: "bearer", ...idToken });
  };
  const about = (request: IncomingMessage): Somebody | undefined =>
    bearers.get((request.headers.authorization ?? "").replace(/^bearer /i, ""));
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", state.url);
    const who = about(request);
    if (/authorize$/.test(url.pathname)) return authorize(url, response);
    if (/(token|access_token)$/.test(url.pathname)) return token(request, response);
    if (url.pathname.endsWith("openid-configuration")) return json(response, 200, discovery(state.url));
    if (url.pathname === "/jwks") {
      const key = keys.publicKey.export({ format: "jwk" });
      return json(response, 200, { keys: [{ ...key, kid: "1", use: "sig", alg: "RS256" }] });
    }
    if (who === undefined) return json(response, 401, {});
    const { sub, email, email_verified: verified = false, name } = who;
    if (url.pathname === "/userinfo") return json(response, 200, who);
    if (url.pathname === "/api/v3/user")
      return json(response, 200, { id: Number(sub), login: name ?? "octo", email });
    if (url.pathname === "/api/v3/user/emails") {
      const second = { email: "second@example.com", primary: false, verified: true };
      return json(response, 200, [second, ...(email ? [{ email, primary: true, verified }] : [])]);
    }
    return json(response, 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: state.url,
    /** From now on the browser is this person there. */
    become(who: Somebody) {
      state.who = who;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function discovery(url: string) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function isOurClient(request: IncomingMessage): boolean {
  const [id, secret] = Buffer.from((request.headers.authorization ?? "").slice("Basic ".length), "base64")
    .toString()
    .split(":")
    .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  return id === testClient.clientId && secret === testClient.clientSecret;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
