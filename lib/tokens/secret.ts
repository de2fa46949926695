import { createHash } from "node:crypto";

/** A management token's text: `tgm_` and 43 characters, from 32 random bytes. */
export function makeToken(random: Uint8Array): string {
  if (random.length < 32) throw new RangeError("a management token needs 32 random bytes");
  return `tgm_${Buffer.from(random.subarray(0, 32)).toString("base64url")}`;
}

/** What the database keeps of it. A fast hash is right for 256 random bits: there is nothing to guess. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(token).digest());
}

/** The first characters, to recognise it by. */
export function tokenPrefix(token: string): string {
  return token.slice(0, 10);
}
