import { createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * Whether a partner signed these bytes: ECDSA on P-256 over SHA-256 of the raw body, the signature in DER and base64.
 * Anything that cannot be read is not signed; so is what a key of another kind or curve signed.
 */
export function isSignedBy(pem: string, body: Uint8Array, signature: string): boolean {
  const key = readKey(pem);
  if (key === undefined || !/^[A-Za-z0-9+/]{16,300}={0,2}$/.test(signature)) return false;
  try {
    return verify("sha256", body, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

/** A public key on P-256; undefined: it is none. */
export function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === "ec" && namedCurve === "prime256v1" ? key : undefined;
  } catch {
    return undefined;
  }
}
