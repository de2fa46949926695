import { createHash } from "node:crypto";

/** What stands for the credential of a channel that needs none: its own, or one channel's refusal would shut out the others. */
export const noCredential = (channelId: string) => `none ${channelId}`;

/** What a credential is called: made of its sealed bytes, so that it tells nothing and changes when it is replaced. */
export function credentialId(sealed: Uint8Array): string {
  return createHash("sha256").update(sealed).digest("hex").slice(0, 16);
}
