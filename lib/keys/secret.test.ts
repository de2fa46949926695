import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checksumOf, checksumOk, hashSecret, makeSecret, secretParts } from "./secret.ts";

describe("API key secrets", () => {
  it("are sk-tg-, 32 random base62 characters and 6 of checksum", () => {
    expect(makeSecret(randomBytes)).toMatch(/^sk-tg-[0-9A-Za-z]{38}$/);
  });

  it("carry a checksum that their own check accepts", () => {
    for (let round = 0; round < 500; round += 1) expect(checksumOk(makeSecret(randomBytes))).toBe(true);
  });

  it("have a CRC32 in big-endian base62, padded with zeros to 6 characters", () => {
    // 0xCBF43926, the published check value of CRC-32, is 3jZRME in base62.
    expect(checksumOf("123456789")).toBe("3jZRME");
    expect(checksumOf("")).toBe("000000");
  });

  it("are refused when any one character is changed", () => {
    const secret = makeSecret(randomBytes);
    for (let at = 6; at < secret.length; at += 1) {
      const other = secret[at] === "a" ? "b" : "a";
      expect(checksumOk(secret.slice(0, at) + other + secret.slice(at + 1))).toBe(false);
    }
  });

  it.each(["", "sk-tg-", "sk-tg-short", "tgm_abc", ` ${makeSecret(randomBytes)}`])(
    "are not mistaken for %j",
    (text) => {
      expect(checksumOk(text)).toBe(false);
    },
  );

  it("use every random byte below 248 evenly and throw the others away", () => {
    const bytes = [255, 248, ...Array.from({ length: 62 }, (_, i) => i)];
    const secret = makeSecret(() => Uint8Array.from(bytes));
    expect(secret.slice(6, 38)).toBe("0123456789ABCDEFGHIJKLMNOPQRSTUV");
  });

  it("are kept only as SHA-256, first 12 and last 4 characters", () => {
    const secret = makeSecret(randomBytes);
    const parts = secretParts(secret);
    expect(Buffer.from(parts.hash)).toEqual(createHash("sha256").update(secret).digest());
    expect(parts.hash).toEqual(hashSecret(secret));
    expect([parts.prefix, parts.last4]).toEqual([secret.slice(0, 12), secret.slice(-4)]);
  });
});
