import type { OAuthConfig } from "next-auth/providers/oauth";
import type { guardedLookup } from "#lib/channels/dial/live";
import { secondMs } from "#lib/core/time";
import { githubApi } from "./issuer.ts";
import { githubProfile, oidcProfile, type ProviderProfile } from "./profile.ts";
import type { ProviderId } from "./schema.ts";

/** A provider with its secret, as next-auth needs it. */
export type OpenProvider = {
  id: ProviderId;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
};

/**
 * A provider for next-auth. It checks state and PKCE, and for OpenID Connect the nonce and the id token's signature,
 * issuer, audience and time. `lookup` judges every address that is dialled.
 */
export function oauthProvider(
  provider: OpenProvider,
  lookup: ReturnType<typeof guardedLookup>,
): OAuthConfig<ProviderProfile> {
  const { id, name, clientId, clientSecret } = provider;
  // next-auth hands this to openid-client, which knows `lookup`; its type names only an agent and a timeout.
  const httpOptions = { timeout: 8 * secondMs, lookup };
  const shared = {
    id,
    name,
    type: "oauth" as const,
    clientId,
    clientSecret,
    httpOptions,
    profile: ({ sub, name, email }: ProviderProfile) => ({ id: sub, name, email: email ?? null }),
    style: { logo: "", bg: "", text: "" },
    options: { clientId, clientSecret },
  };
  return id === "github" ? github(provider, shared) : openIdConnect(provider, shared);
}

type Shared = Pick<
  OAuthConfig<ProviderProfile>,
  "id" | "name" | "type" | "clientId" | "clientSecret" | "httpOptions" | "profile"
> & {
  style: { logo: string; bg: string; text: string };
  options: { clientId: string; clientSecret: string };
};

function github({ issuer }: OpenProvider, shared: Shared): OAuthConfig<ProviderProfile> {
  const api = githubApi(issuer);
  return {
    ...shared,
    issuer: `${issuer}/login/oauth`,
    authorization: { url: `${issuer}/login/oauth/authorize`, params: { scope: "read:user user:email" } },
    token: `${issuer}/login/oauth/access_token`,
    userinfo: {
      url: `${api}/user`,
      async request({ client, tokens }) {
        const accessToken = tokens.access_token ?? "";
        const read = async (url: string): Promise<unknown> => {
          const answer = await client.requestResource(url, accessToken, {
            headers: { accept: "application/vnd.github+json", "user-agent": "sign-in" },
          });
          if (answer.statusCode !== 200) throw new Error(`the provider answered ${answer.statusCode}`);
          return JSON.parse(String(answer.body));
        };
        return githubProfile(await read(`${api}/user`), await read(`${api}/user/emails`));
      },
    },
    checks: ["pkce", "state"],
  };
}

function openIdConnect({ issuer }: OpenProvider, shared: Shared): OAuthConfig<ProviderProfile> {
  return {
    ...shared,
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    userinfo: {
      async request({ client, tokens }) {
        const claims = "claims" in tokens && typeof tokens.claims === "function" ? tokens.claims() : {};
        // Some name the address only here; openid-client refuses another subject's answer.
        const isWhole = "email" in claims || client.issuer.metadata.userinfo_endpoint === undefined;
        const more = isWhole ? {} : await client.userinfo(tokens as Parameters<typeof client.userinfo>[0]);
        return oidcProfile({ ...more, ...claims });
      },
    },
    checks: ["pkce", "state", "nonce"],
  };
}
