import { z } from "zod";
import { emailInput } from "#lib/users/schema";

/** What we take from a provider: whom it means, and an address only if it says that it has verified it. */
export type ProviderProfile = { sub: string; name: string; email?: string };

/** From GitHub's /user and /user/emails: the primary address, if it is verified. */
export function githubProfile(user: unknown, emails: unknown): ProviderProfile {
  const { id, name, login } = githubUser.parse(user);
  const primary = githubEmails.parse(emails).find((each) => each.primary && each.verified);
  return { sub: String(id), name: nameOf(name ?? login), ...addressOf(primary?.email) };
}

/** From an id token's claims: the address counts only with `email_verified`. */
export function oidcProfile(claims: unknown): ProviderProfile {
  const {
    sub,
    email,
    email_verified: isVerified,
    name,
    preferred_username: login,
  } = oidcClaims.parse(claims);
  const verified = isVerified === true || isVerified === "true";
  return { sub, name: nameOf(name ?? login), ...(verified ? addressOf(email) : {}) };
}

const githubUser = z.object({
  id: z.union([z.number().int(), z.string().min(1)]),
  login: z.string().nullish(),
  name: z.string().nullish(),
});
const githubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

const oidcClaims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().nullish(),
  // Some send a text.
  email_verified: z.union([z.boolean(), z.string()]).nullish(),
  name: z.string().nullish(),
  preferred_username: z.string().nullish(),
});

/** As we keep addresses; nothing for what is none. */
function addressOf(text: string | null | undefined): { email?: string } {
  const read = emailInput.safeParse(text ?? "");
  return read.success ? { email: read.data } : {};
}

function nameOf(text: string | null | undefined): string {
  return (text ?? "")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, 128);
}
