import { describe, expect, it } from "vitest";
import { codeAt, hashRecoveryCode, makeRecoveryCode, makeTotpSecret, stepOfCode, totpUri } from "./totp.ts";

// RFC 6238, appendix B: the ASCII secret "12345678901234567890" in base32.
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("codes of a second factor", () => {
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [2_000_000_000, "279037"],
  ])("are those of RFC 6238 at %i s", (seconds, code) => {
    expect(codeAt(rfcSecret, seconds * 1000)).toBe(code);
    expect(stepOfCode(rfcSecret, code, seconds * 1000)).toBe(BigInt(Math.floor(seconds / 30)));
  });

  it("count one step before and after, and tell which step they are of", () => {
    const nowMs = 1_800_000_015_000;
    const step = BigInt(Math.floor(nowMs / 30_000));
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, nowMs - 30_000), nowMs)).toBe(step - 1n);
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, nowMs + 30_000), nowMs)).toBe(step + 1n);
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, nowMs - 90_000), nowMs)).toBeUndefined();
  });

  it.each(["", "12345", "1234567", "abcdef", "٠٨١٨٠٤"])("are six digits: %s", (code) => {
    expect(stepOfCode(rfcSecret, code, 59_000)).toBeUndefined();
  });

  it("are offered to authenticator apps under the site's name", () => {
    const uri = new URL(totpUri(rfcSecret, "My Gate", "a@example.com"));
    expect(decodeURIComponent(uri.pathname)).toBe("/My Gate:a@example.com");
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret: rfcSecret, issuer: "My Gate" });
  });

  it("come from 160 random bits", () => {
    expect(makeTotpSecret(new Uint8Array(20).fill(255))).toBe("7".repeat(32));
    expect(() => makeTotpSecret(new Uint8Array(19))).toThrow("20 random bytes");
  });
});

it("a recovery code is the same however it is written down", () => {
  const code = makeRecoveryCode(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 250]));
  expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
  const copied = code.toUpperCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "I");
  expect(hashRecoveryCode(copied)).toEqual(hashRecoveryCode(code));
});
