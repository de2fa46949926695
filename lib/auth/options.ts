import type { AuthOptions } from "next-auth";
import credentialsModule from "next-auth/providers/credentials";
import { AppError, isAppError } from "#lib/core/errors";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { findUserById } from "#lib/users/store";
import { sessionSecret, tokenClaims } from "./live.ts";
import { signIn } from "./service.ts";
import { sessionFromClaims, sessionIdleSeconds, usesSecureCookies } from "./session.ts";

/** What went wrong in one sign-in, beyond "wrong address or password": next-auth itself only knows yes and no. */
export type SignInOutcome = { refusal?: AppError };

/**
 * next-auth's options for one request: credentials only, JWT sessions of 12 h idle. `outcome` is told when an
 * attempt was refused for another reason than its password.
 */
export function authOptions(ip: string | null, outcome: SignInOutcome): AuthOptions {
  return {
    secret: sessionSecret(),
    useSecureCookies: usesSecureCookies(config().publicUrl),
    session: { strategy: "jwt", maxAge: sessionIdleSeconds },
    jwt: { maxAge: sessionIdleSeconds },
    pages: { signIn: "/", signOut: "/", error: "/", verifyRequest: "/", newUser: "/" },
    providers: [credentials(ip, outcome)],
    callbacks: { jwt: ({ token, user }) => claimsOf(token, user), session: sessionOf },
    logger: {
      error: (code, metadata) => log().debug({ code, message: errorText(metadata) }, "next-auth"),
      warn: (code) => log().debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

function credentials(ip: string | null, outcome: SignInOutcome) {
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
          ip,
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

/** At sign-in the claims of the person; later the same claims, as long as the database still agrees. */
async function claimsOf(token: JwtInput["token"], user: JwtInput["user"] | undefined) {
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
