import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";

/** What a response's id of ours stands for: something that an upstream keeps for one of our accounts. */
export type WrappedResponse = {
  channelId: string;
  /** As the snapshot's CredentialEntry has it: another credential of the channel may not find what this one made. */
  credentialId: string;
  upstreamId: string;
  /** As the client called it. */
  model: string;
  /** Tokens that a call takes which goes on from it: probably, and at most. */
  figures: readonly number[];
};

const PREFIX = "resp_";
const MOST_UPSTREAM_CHARACTERS = 256;
const MOST_CHARACTERS = 2_048;
const TAG_BYTES = 16;
const BASE64_URL = /^[\w-]+$/;

/** Whether an upstream's id can be wrapped: a text of 1 to 256 characters. */
export function isWrappable(id: unknown): id is string {
  return typeof id === "string" && id !== "" && id.length <= MOST_UPSTREAM_CHARACTERS;
}

/**
 * The id that one account gets to see in place of an upstream's. Accounts share upstream credentials, so that an upstream's
 * own id would be as good in anybody's hands. Nothing is stored: the id itself says where the thing is kept, encrypted,
 * under an HMAC (16 bytes, which is also the nonce) over all of it and its account. The same thing wrapped twice is the same id.
 * `key`: any secret bytes, the same on every node.
 */
export function wrapResponse(made: WrappedResponse, accountId: string, key: Uint8Array): string {
  const { channelId, credentialId, upstreamId, model, figures } = made;
  const plain = Buffer.from(JSON.stringify([channelId, credentialId, upstreamId, model, ...figures]));
  const tag = tagOf(plain, accountId, key);
  const cipher = createCipheriv("aes-256-ctr", subkey(key, "encrypt"), tag);
  return `${PREFIX}${Buffer.concat([tag, cipher.update(plain), cipher.final()]).toString("base64url")}`;
}

/** What an id stands for; undefined: it is none of ours, or another account's. */
export function unwrapResponse(id: string, accountId: string, key: Uint8Array): WrappedResponse | undefined {
  if (!id.startsWith(PREFIX) || id.length > MOST_CHARACTERS) return undefined;
  const text = id.slice(PREFIX.length);
  if (!BASE64_URL.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length <= TAG_BYTES) return undefined;
  const tag = bytes.subarray(0, TAG_BYTES);
  const decipher = createDecipheriv("aes-256-ctr", subkey(key, "encrypt"), tag);
  const plain = Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]);
  if (!timingSafeEqual(tag, tagOf(plain, accountId, key))) return undefined;
  // Only we can have written it.
  const [channelId, credentialId, upstreamId, model, ...figures] = JSON.parse(plain.toString("utf8"));
  return { channelId, credentialId, upstreamId, model, figures };
}

function tagOf(plain: Uint8Array, accountId: string, key: Uint8Array): Buffer {
  const mac = createHmac("sha256", subkey(key, "authenticate"));
  return mac
    .update(JSON.stringify(["response", accountId]))
    .update(plain)
    .digest()
    .subarray(0, TAG_BYTES);
}

function subkey(key: Uint8Array, use: string): Buffer {
  return createHmac("sha256", key).update(use).digest();
}
