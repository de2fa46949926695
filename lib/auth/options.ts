import type { AuthOptions } from "next-auth";
import credentialsModule from "next-auth/providers/credentials";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { AppError, isAppError } from "#lib/core/errors";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import type { Verdict } from "#lib/sign-in/live";
import type { ProviderProfile } from "#lib/sign-in/profile";
import { findUserById, type UserRecord } from "#lib/users/store";
import { sessionSecret, tokenClaims } from "./live.ts";
import type { SignInOrigin } from "./origin.ts";
import { signIn } from "./service.ts";
import { sessionFromClaims, sessionIdleSeconds, usesSecureCookies } from "./session.ts";

/**
 * What became of one sign-in, beyond what next-auth itself knows: why it was refused if not for its password, and
 * whom a provider's sign-in leads to.
 */
export type SignInOutcome = { refusal?: AppError; person?: UserRecord };

/** The provider of the request's path, if it is about one, and who decides whom it lets in. */
export type ProviderSignIn = {
  provider: OAuthConfig<ProviderProfile>;
  decide(vouched: { subject: string; email: string | null; name: string }): Promise<Verdict>;
};

/** next-auth's options for one request: JWT sessions of 12 h idle; credentials, and the provider that is asked for. */
export function authOptions(
  from: SignInOrigin,
  outcome: SignInOutcome,
  external: ProviderSignIn | undefined,
): AuthOptions {
  return {
    secret: sessionSecret(),
    useSecureCookies: usesSecureCookies(config().publicUrl),
    session: { strategy: "jwt", maxAge: sessionIdleSeconds },
    jwt: { maxAge: sessionIdleSeconds },
    pages: { signIn: "/", signOut: "/", error: "/", verifyRequest: "/", newUser: "/" },
    providers: [credentials(from, outcome), ...(external === undefined ? [] : [external.provider])],
    callbacks: {
      signIn: ({ user, account }) => maySignIn(user, account, outcome, external),
      jwt: ({ token, user }) => claimsOf(token, user, outcome.person),
      session: sessionOf,
    },
    logger: {
      error: (code, metadata) => log().debug({ code, message: errorText(metadata) }, "next-auth"),
      warn: (code) => log().debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

/** A password has been judged by then; whom a provider vouches for is looked up, and may have to go on elsewhere. */
async function maySignIn(
  user: SignInInput["user"],
  account: SignInInput["account"],
  outcome: SignInOutcome,
  external: ProviderSignIn | undefined,
): Promise<boolean | string> {
  if (account?.type !== "oauth") return true;
  if (external === undefined) return false;
  const { providerAccountId: subject } = account;
  const verdict = await external.decide({ subject, email: user.email ?? null, name: user.name ?? "" });
  if ("to" in verdict) return verdict.to;
  outcome.person = verdict.user;
  return true;
}

function credentials(from: SignInOrigin, outcome: SignInOutcome) {
  return makeCredentials({
    name: "password",
    credentials: { email: { type: "email" }, password: { type: "password" }, code: { type: "text" } },
    async authorize(input) {
      try {
        const user = await signIn(
          {
            email: String(input?.email ?? ""),
            password: String(input?.password ?? ""),
            code: String(input?.code ?? ""),
          },
          from,
        );
        return user ? { id: user.id, email: user.email, name: user.name } : null;
      } catch (error) {
        outcome.refusal = isAppError(error) ? error : unexpected(error);
        return null;
      }
    },
  });
}

/** The package is CommonJS: bundlers unwrap its default export, Node does not. */
const makeCredentials: typeof credentialsModule =
  "default" in credentialsModule && typeof credentialsModule.default === "function"
    ? (credentialsModule.default as typeof credentialsModule)
    : credentialsModule;

type Callbacks = NonNullable<AuthOptions["callbacks"]>;
type JwtInput = Parameters<NonNullable<Callbacks["jwt"]>>[0];
type SignInInput = Parameters<NonNullable<Callbacks["signIn"]>>[0];

/**
 * At sign-in the claims of the person; later the same claims, as long as the database still agrees. Who came by a
 * provider has entered no password here.
 */
async function claimsOf(
  token: JwtInput["token"],
  user: JwtInput["user"] | undefined,
  person: UserRecord | undefined,
) {
  if (person !== undefined) return tokenClaims(person, 0);
  if (user) {
    const record = await findUserById(user.id);
    if (record === undefined) throw new Error("the person was deleted while signing in");
    return tokenClaims(record, Date.now());
  }
  const session = sessionFromClaims(token);
  const record = session && (await findUserById(session.userId));
  const stands = record?.isActive === true && record.sessionVersion === session?.sessionVersion;
  // next-auth then clears the cookie.
  if (!stands || session === undefined) throw new Error("the session is no longer valid");
  return tokenClaims(record, session.passwordAtMs);
}

const sessionOf: NonNullable<Callbacks["session"]> = ({ session, token }) => ({
  expires: session.expires,
  user: { id: token.sub, email: token.email ?? null, name: token.name ?? null },
});

function unexpected(error: unknown): AppError {
  log().error({ err: error }, "sign-in failed");
  return new AppError({ code: "internal", status: 500, message: "Something went wrong on our side." });
}

function errorText(metadata: unknown): string {
  return metadata instanceof Error ? metadata.message : "";
}
