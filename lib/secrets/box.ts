import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";

/** The key that encrypts secrets at rest, and what identifies it without telling it. */
export type MasterKey = { bytes: Buffer; fingerprint: string };

/** What a sealed text is for. It is authenticated with the text: a credential cannot pose as an answer. */
export type SealPurpose = "channel.credential" | "idempotent.answer";

/** A key with its fingerprint: SHA-256 of the key, in hex. Throws unless it is 32 bytes long. */
export function masterKeyFrom(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyBytes) throw new Error("a master key has 32 bytes");
  const fingerprint = createHash("sha256").update("tollgate master key").update(bytes).digest("hex");
  return { bytes: Buffer.from(bytes), fingerprint };
}

/** AES-256-GCM: key id (8 bytes), nonce (12), ciphertext, tag (16). The nonce must never be used twice. */
export function sealWith(key: MasterKey, text: string, purpose: SealPurpose, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([keyId(key), nonce, sealed, cipher.getAuthTag()]));
}

/** Reads a sealed text back. Throws when it was sealed with another key, for another purpose, or was changed. */
export function openWith(key: MasterKey, sealed: Uint8Array, purpose: SealPurpose): string {
  const bytes = Buffer.from(sealed);
  if (bytes.length < idBytes + nonceBytes + tagBytes) throw new Error("a sealed secret is too short");
  if (!bytes.subarray(0, idBytes).equals(keyId(key))) {
    throw new Error("a secret was sealed with another master key");
  }
  const nonce = bytes.subarray(idBytes, idBytes + nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const text = decipher.update(bytes.subarray(idBytes + nonceBytes, -tagBytes));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
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

function keyId(key: MasterKey): Buffer {
  return Buffer.from(key.fingerprint, "hex").subarray(0, idBytes);
}
