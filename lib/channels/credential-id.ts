import { createHash } from "node:crypto";

/** The id of the one credential of a channel that needs none. */
export const NO_CREDENTIAL = "none";

/** What a credential is called: made of its sealed bytes, so that it tells nothing and changes when it is replaced. */
export function credentialId(sealed: Uint8Array): string {
  return createHash("sha256").update(sealed).digest("hex").slice(0, 16);
}
