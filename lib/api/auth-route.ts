import type { NextApiRequest, NextApiResponse } from "next";
import type { AuthOptions } from "next-auth";
import nextAuthModule from "next-auth/next";
import { linkBase } from "#lib/auth/link-base";
import { authOptions, type ProviderSignIn, type SignInOutcome } from "#lib/auth/options";
import type { SignInOrigin } from "#lib/auth/origin";
import { usesSecureCookies } from "#lib/auth/session";
import { portOf } from "#lib/channels/address";
import { guardedLookup } from "#lib/channels/dial/live";
import { AppError, isAppError } from "#lib/core/errors";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { clientIp } from "#lib/runtime/peer";
import { decide } from "#lib/sign-in/live";
import { oauthProvider } from "#lib/sign-in/provider";
import { type ProviderId, providerIds } from "#lib/sign-in/schema";
import { openProvider } from "#lib/sign-in/service";
import { readText } from "./input.ts";
import { problemResponse } from "./problem.ts";

/**
 * /api/auth/*: next-auth's own routes, as plain Request → Response. Only what credentials and the sign-in
 * providers need is let through. Beyond next-auth: a wrong password is 401, a missing csrfToken 403, too many failures 429, as
 * problem documents with `url` for next-auth's own client.
 */
export async function serveAuth(request: Request): Promise<Response> {
  const requestId = newId();
  try {
    const segments = new URL(request.url).pathname.split("/").slice(3);
    const asked = providerRoute(request.method, segments);
    if (asked === undefined && !isServed(request.method, segments)) throw nothingHere();
    return await answer(request, segments, asked);
  } catch (error) {
    if (!isAppError(error)) log().error({ err: error, requestId }, "sign-in request failed");
    return problemResponse(error, requestId);
  }
}

function isServed(method: string, segments: readonly string[]): boolean {
  return served.includes(`${method} ${segments.join("/")}`);
}

const served: readonly string[] = [
  "GET csrf",
  "GET session",
  "GET providers",
  "GET signin",
  "GET signout",
  "GET error",
  "POST callback/credentials",
  "POST signout",
];

/** POST signin/github starts at a provider, GET callback/github is where it sends people back to. */
function providerRoute(method: string, [step, id, ...rest]: readonly string[]): ProviderId | undefined {
  const known = providerIds.find((one) => one === id);
  const isRoute = (method === "POST" && step === "signin") || (method === "GET" && step === "callback");
  return isRoute && rest.length === 0 ? known : undefined;
}

async function answer(
  request: Request,
  segments: string[],
  asked: ProviderId | undefined,
): Promise<Response> {
  const cookies: string[] = [];
  const from = originOf(request);
  const external = asked === undefined ? undefined : await findExternal(asked, request, from, cookies);
  if (asked !== undefined && external === undefined) throw nothingHere();
  const outcome: SignInOutcome = {};
  const body = await readForm(request);
  const result = await callNextAuth(request, segments, body, authOptions(from, outcome, external));
  if (outcome.refusal) throw outcome.refusal;
  for (const cookie of cookies) result.response.headers.append("set-cookie", cookie);
  if (asked !== undefined && request.method === "GET") return result.response;
  const isSignIn = segments[0] === "callback";
  const { url } = result;
  if (url?.endsWith("csrf=true"))
    throw refusal("csrf_failed", 403, "Send the csrfToken of /api/auth/csrf with its cookie.", url);
  if (isSignIn && result.status === 401) {
    throw refusal("invalid_credentials", 401, "This address and password do not belong together.", url);
  }
  return result.response;
}

function originOf(request: Request): SignInOrigin {
  const ip = clientIp(request.headers);
  const userAgent = request.headers.get("user-agent");
  try {
    // As for somebody who is not signed in: whoever knows the password must not choose where the mail's link leads.
    return { ip, userAgent, link: `${linkBase(request, config().publicUrl, false)}/profile` };
  } catch {
    return { ip, userAgent, link: null };
  }
}

/** An enabled provider, and what decides about those whom it vouches for. */
async function findExternal(
  id: ProviderId,
  request: Request,
  from: SignInOrigin,
  cookies: string[],
): Promise<ProviderSignIn | undefined> {
  const found = await openProvider(id);
  if (found === undefined) return undefined;
  const issuer = new URL(found.issuer);
  const { host, port } = config();
  const rules = { allowPrivate: true, own: { host, port } };
  const ask = { headers: request.headers, from, page: pageOf(request), cookies };
  const named = { provider: id, providerName: found.name, issuer: found.issuer };
  return {
    provider: oauthProvider(
      found,
      guardedLookup(() => rules, portOf(issuer)),
    ),
    decide: (vouched) => decide({ ...vouched, ...named }, ask),
  };
}

/** The page that was asked for before the way to the provider, which next-auth keeps: a path of ours, else "/". */
function pageOf(request: Request): string {
  const secure = usesSecureCookies(config().publicUrl);
  const kept = cookiesOf(request)[`${secure ? "__Secure-" : ""}next-auth.callback-url`] ?? "/";
  const origin = ownOrigin(request);
  const url = URL.parse(kept, origin);
  return url !== null && url.origin === origin.origin ? `${url.pathname}${url.search}` : "/";
}

function nothingHere(): AppError {
  return new AppError({ code: "not_found", status: 404, message: "There is nothing at this path." });
}

function refusal(code: string, status: number, message: string, url: string | undefined): AppError {
  return new AppError({ code, status, message, extra: { url: url ?? "" } });
}

/** Form or JSON; `json: true` is what next-auth wants as text. */
async function readForm(request: Request): Promise<Record<string, string>> {
  if (request.method !== "POST") return {};
  const text = await readText(request);
  const isJson = request.headers.get("content-type")?.includes("application/json") ?? false;
  if (!isJson) return Object.fromEntries(new URLSearchParams(text));
  try {
    const parsed: unknown = JSON.parse(text || "{}");
    return Object.fromEntries(Object.entries(parsed ?? {}).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new AppError({ code: "invalid_request", status: 400, message: "The body is not valid JSON." });
  }
}

type Result = { response: Response; status: number; url: string | undefined };

/** Runs next-auth's handler for Node-style routes, the only one that takes what it needs as arguments. */
async function callNextAuth(
  request: Request,
  segments: string[],
  body: Record<string, string>,
  options: AuthOptions,
): Promise<Result> {
  trustOwnHost();
  const answered = recorder();
  const nodeRequest = {
    method: request.method,
    query: { ...Object.fromEntries(new URL(request.url).searchParams), nextauth: segments },
    body,
    cookies: cookiesOf(request),
    headers: { ...Object.fromEntries(request.headers), ...originHeaders(request) },
  };
  // next-auth reads and calls nothing of the two but what is here.
  await nextAuth(
    nodeRequest as unknown as NextApiRequest,
    answered.response as unknown as NextApiResponse,
    options,
  );
  return answered.result();
}

type Handler = (request: NextApiRequest, response: NextApiResponse, options: unknown) => Promise<unknown>;

/** The package is CommonJS: bundlers unwrap its default export, Node does not. */
const nextAuth = (
  typeof nextAuthModule === "function"
    ? nextAuthModule
    : (nextAuthModule as unknown as { default: unknown }).default
) as Handler;

/** Collects what next-auth answers. The first status is its verdict; a redirect may follow as 302. */
function recorder() {
  const headers = new Headers();
  const state = {
    status: 200,
    verdict: 0,
    body: null as string | null,
    url: undefined as string | undefined,
  };
  const response = {
    status(code: number) {
      state.verdict ||= code;
      state.status = code;
      return response;
    },
    getHeader: (name: string) => (name === "Set-Cookie" ? headers.getSetCookie() : headers.get(name)),
    setHeader(name: string, value: string | string[]) {
      headers.delete(name);
      for (const one of [value].flat()) headers.append(name, one);
      return response;
    },
    json(value: { url?: string }) {
      state.url = value.url;
      headers.set("content-type", "application/json");
      state.body = JSON.stringify(value);
    },
    send(value: unknown) {
      state.body = typeof value === "string" ? value : JSON.stringify(value ?? {});
    },
    end: () => undefined,
  };
  return {
    response,
    result: (): Result => {
      const url = state.url ?? headers.get("location") ?? undefined;
      headers.set("cache-control", "private, no-store");
      return {
        response: new Response(state.body, { status: state.status, headers }),
        status: state.verdict,
        url,
      };
    },
  };
}

/** PUBLIC_URL, else the request's own host: next-auth needs it only to tell our own pages from others'. */
function originHeaders(request: Request): Record<string, string> {
  const origin = ownOrigin(request);
  return { "x-forwarded-host": origin.host, "x-forwarded-proto": origin.protocol.slice(0, -1) };
}

function ownOrigin(request: Request): URL {
  const own =
    URL.parse(`http://${request.headers.get("host") ?? "localhost"}`) ?? new URL("http://localhost");
  return new URL(config().publicUrl ?? own.origin);
}

/** next-auth 4 takes its own address from these variables only; here it comes with each request. */
function trustOwnHost(): void {
  // biome-ignore lint/style/noProcessEnv: the one place where next-auth 4 is configured by environment
  const env = process.env;
  delete env.NEXTAUTH_URL;
  env.AUTH_TRUST_HOST = "true";
}

function cookiesOf(request: Request): Record<string, string> {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [[pair.slice(0, at), decode(pair.slice(at + 1))]];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
