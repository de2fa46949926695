import { describe, expect, it } from "vitest";
import { deriveFrom, formatKeyFile, masterKeyFrom, openWith, parseKeyFile, sealWith } from "./box.ts";

const key = masterKeyFrom(new Uint8Array(32).fill(7));
const otherKey = masterKeyFrom(new Uint8Array(32).fill(8));
const nonce = new Uint8Array(12).fill(1);
const sealed = sealWith(key, "sk-upstream", "channel.credential", nonce);

describe("a sealed secret", () => {
  it("opens with its key and purpose", () => {
    expect(openWith(key, sealed, "channel.credential")).toBe("sk-upstream");
  });

  it("shows nothing of the text", () => {
    expect(Buffer.from(sealed).toString("latin1")).not.toContain("upstream");
  });

  it("does not open with another key", () => {
    expect(() => openWith(otherKey, sealed, "channel.credential")).toThrow("another master key");
  });

  it("does not open for another purpose", () => {
    expect(() => openWith(key, sealed, "idempotent.answer")).toThrow();
  });

  it("does not open when any byte was changed", () => {
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openWith(key, changed, "channel.credential")).toThrow();
    }
  });

  it("does not open when it was cut short", () => {
    expect(() => openWith(key, sealed.subarray(0, 30), "channel.credential")).toThrow("too short");
  });
});

describe("a master key", () => {
  it("is read back from its file's text", () => {
    expect(parseKeyFile(formatKeyFile(key.bytes), "k").fingerprint).toBe(key.fingerprint);
  });

  it("is refused when malformed, without repeating it", () => {
    const text = "not-a-key-canary";
    expect(() => parseKeyFile(text, "/data/master.key")).toThrow("/data/master.key is no master key");
    expect(() => parseKeyFile(text, "/data/master.key")).not.toThrow("canary");
  });

  it("derives a different key for every use, the same on every node", () => {
    const again = masterKeyFrom(new Uint8Array(32).fill(7));
    expect(deriveFrom(key, "session")).toEqual(deriveFrom(again, "session"));
    expect(deriveFrom(key, "session")).not.toEqual(deriveFrom(key, "ids"));
    expect(deriveFrom(key, "session")).not.toEqual(deriveFrom(otherKey, "session"));
  });
});
