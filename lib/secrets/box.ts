import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";

/** The key that encrypts secrets at rest, and what identifies it without telling it. */
export type MasterKey = { bytes: Buffer; fingerprint: string };

/** What a sealed text is for. It is authenticated with the text: a credential cannot pose as an answer. */
export type SealPurpose =
  | "channel.credential"
  | "idempotent.answer"
  | "limits.url"
  | "mail.secret"
  | "mail.password"
  | "payment.api-key"
  | "payment.secret"
  | "sign-in.secret"
  | "subscriber.link"
  | "user.totp";

/** A key with its fingerprint: SHA-256 of the key, in hex. Throws unless it is 32 bytes long. */
export function masterKeyFrom(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyBytes) throw new Error("a master key has 32 bytes");
  const fingerprint = createHash("sha256").update("tollgate master key").update(bytes).digest("hex");
  return { bytes: Buffer.from(bytes), fingerprint };
}

/** Random bytes that one sealed secret takes: its data key and two nonces. Never to be used twice. */
export const entropyBytes = 32 + 12 + 12;

/**
 * Seals a text in an envelope: the text under a data key of its own, that key under the master key, both AES-256-GCM.
 * Key id (8 bytes), nonce (12) and data key (32 + tag 16), nonce (12) and ciphertext (+ tag 16).
 */
export function sealWith(
  key: MasterKey,
  text: string,
  purpose: SealPurpose,
  entropy: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (entropy.length !== entropyBytes) throw new Error(`a sealed secret takes ${entropyBytes} random bytes`);
  const dataKey = entropy.subarray(0, keyBytes);
  const wrapNonce = entropy.subarray(keyBytes, keyBytes + nonceBytes);
  const nonce = entropy.subarray(keyBytes + nonceBytes);
  const wrapped = encrypt(key.bytes, dataKey, wrapPurpose(purpose), wrapNonce);
  const sealed = encrypt(dataKey, Buffer.from(text), purpose, nonce);
  return Uint8Array.from(Buffer.concat([envelopeId(key), wrapped, sealed]));
}

/**
 * Reads a sealed text back, also one of the first format (key id, nonce, ciphertext under the master key itself).
 * Throws when it was sealed with another key, for another purpose, or was changed.
 */
export function openWith(key: MasterKey, sealed: Uint8Array, purpose: SealPurpose): string {
  const id = sealed.subarray(0, idBytes);
  if (sealed.length < idBytes + overheadBytes) throw new Error("a sealed secret is too short");
  if (keyId(key).equals(id)) return decrypt(key.bytes, sealed.subarray(idBytes), purpose).toString("utf8");
  if (!envelopeId(key).equals(id)) throw new Error("a secret was sealed with another master key");
  const cut = idBytes + keyBytes + overheadBytes;
  if (sealed.length < cut + overheadBytes) throw new Error("a sealed secret is too short");
  const dataKey = decrypt(key.bytes, sealed.subarray(idBytes, cut), wrapPurpose(purpose));
  return decrypt(dataKey, sealed.subarray(cut), purpose).toString("utf8");
}

/** A key of its own for another use (HKDF-SHA-256), the same on every node that holds the master key. */
export function deriveFrom(key: MasterKey, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key.bytes, "", `tollgate ${use}`, keyBytes));
}

/** The key file's text: 64 hex digits and a line end. */
export function formatKeyFile(bytes: Uint8Array): string {
  return `${Buffer.from(bytes).toString("hex")}\n`;
}

/** Reads formatKeyFile's text. Throws with the file's name, never with its content. */
export function parseKeyFile(text: string, path: string): MasterKey {
  if (!/^[0-9a-f]{64}$/i.test(text.trim())) {
    throw new Error(`${path} is no master key: 64 hexadecimal digits are expected`);
  }
  return masterKeyFrom(Buffer.from(text.trim(), "hex"));
}

const keyBytes = 32;
const idBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const overheadBytes = nonceBytes + tagBytes;

/** Nonce, ciphertext, tag. */
function encrypt(key: Uint8Array, plain: Uint8Array, purpose: string, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(purpose));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Uint8Array, purpose: string): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}

/** A wrapped data key cannot pose as the secret itself. */
function wrapPurpose(purpose: SealPurpose): string {
  return `data key of ${purpose}`;
}

function keyId(key: MasterKey): Buffer {
  return Buffer.from(key.fingerprint, "hex").subarray(0, idBytes);
}

/** Names the key and the format at once. */
function envelopeId(key: MasterKey): Buffer {
  return createHash("sha256").update("tollgate envelope").update(keyId(key)).digest().subarray(0, idBytes);
}
