import { createHash } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { secondMs } from "#lib/core/time";

/** RFC 6238 as every authenticator app does it: SHA-1, 6 digits, steps of 30 s. */
const periodSeconds = 30;

/** A new second factor's secret (160 bits) from random bytes, as base32. */
export function makeTotpSecret(random: Uint8Array<ArrayBuffer>): string {
  if (random.length < 20) throw new RangeError("a TOTP secret needs 20 random bytes");
  return new Secret({ buffer: random.slice(0, 20).buffer }).base32;
}

/** The address that authenticator apps read from a QR code. */
export function totpUri(secret: string, issuer: string, email: string): string {
  return totpOf(secret, issuer, email).toString();
}

/** The 30 s step whose code this is, now or one step before or after; undefined for a wrong one. */
export function stepOfCode(secret: string, code: string, nowMs: number): bigint | undefined {
  const digits = code.replace(/\s/g, "");
  if (!/^\d{6}$/.test(digits)) return undefined;
  const delta = totpOf(secret).validate({ token: digits, timestamp: nowMs, window: 1 });
  return delta === null ? undefined : BigInt(Math.floor(nowMs / (periodSeconds * secondMs)) + delta);
}

/** The code of a moment, as an authenticator app shows it. */
export function codeAt(secret: string, nowMs: number): string {
  return totpOf(secret).generate({ timestamp: nowMs });
}

/** How many recovery codes stand in for a lost authenticator, each once. */
export const recoveryCodeCount = 10;

/** A recovery code of 80 random bits: "k7q2-9fhd-x3mw-bt5r". */
export function makeRecoveryCode(random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("a recovery code needs 10 random bytes");
  const bits = [...random.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2)));
  return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
}

/** What is kept of it. A fast hash is right for 80 random bits: there is nothing to guess. */
export function hashRecoveryCode(code: string): Uint8Array<ArrayBuffer> {
  const plain = code
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  return Uint8Array.from(createHash("sha256").update(plain).digest());
}

/** Crockford's base 32: no letter looks like a digit of it. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

function totpOf(secret: string, issuer = "", label = ""): TOTP {
  return new TOTP({ secret, issuer, label, algorithm: "SHA1", digits: 6, period: periodSeconds });
}
