import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

const scheme = "sk-tg-";
const randomLength = 32;
const checksumLength = 6;
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const shape = new RegExp(`^${scheme}[0-9A-Za-z]{${randomLength + checksumLength}}$`);

/** What a secret is recognised by afterwards, and how it is looked up. */
export type SecretParts = { hash: Uint8Array<ArrayBuffer>; prefix: string; last4: string };

/**
 * A new API key: `sk-tg-`, 32 random base62 characters (190 bits), then the checksum of all that.
 * Bytes of 248 and above are thrown away: 248 is the largest multiple of 62, so every character is equally likely.
 */
export function makeSecret(random: (size: number) => Uint8Array): string {
  let body = scheme;
  while (body.length < scheme.length + randomLength) {
    for (const byte of random(randomLength)) {
      if (byte < 248 && body.length < scheme.length + randomLength) body += digits[byte % 62];
    }
  }
  return body + checksumOf(body);
}

/** Whether a text can be an API key of ours: right shape, right checksum. Saves the look-up of mistyped ones. */
export function checksumOk(secret: string): boolean {
  if (!shape.test(secret)) return false;
  const bodyLength = secret.length - checksumLength;
  let rest = crc32(secret.slice(0, bodyLength));
  // Digit by digit from the right: no text is made of what only has to be compared.
  for (let at = secret.length - 1; at >= bodyLength; at -= 1) {
    if (secret[at] !== digits[rest % 62]) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

/**
 * CRC32 (IEEE, as in zlib) of the ASCII text in base62: digits 0-9A-Za-z, most significant first, padded with 0 on
 * the left to 6 characters (62^6 > 2^32).
 */
export function checksumOf(text: string): string {
  let rest = crc32(text);
  let encoded = "";
  for (; rest > 0; rest = Math.floor(rest / 62)) encoded = digits[rest % 62] + encoded;
  return encoded.padStart(checksumLength, "0");
}

/** SHA-256: a fast hash suffices, because nobody guesses 190 random bits. */
export function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash("sha256", secret, "buffer"));
}

/** The same in hex: what a node's memory looks keys up by. */
export function hashHex(secret: string): string {
  return hash("sha256", secret, "hex");
}

/** What the database keeps of a secret: its hash, its first 12 characters, its last 4. */
export function secretParts(secret: string): SecretParts {
  return { hash: hashSecret(secret), prefix: secret.slice(0, 12), last4: secret.slice(-4) };
}
