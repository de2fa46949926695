import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  deriveFrom,
  entropyBytes,
  formatKeyFile,
  masterKeyFrom,
  openWith,
  parseKeyFile,
  sealWith,
} from "./box.ts";

const key = masterKeyFrom(new Uint8Array(32).fill(7));
const otherKey = masterKeyFrom(new Uint8Array(32).fill(8));
const entropy = Uint8Array.from({ length: entropyBytes }, (_, at) => at);
const sealed = sealWith(key, "sk-upstream", "channel.credential", entropy);

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
    for (const length of [30, 70, 90]) {
      expect(() => openWith(key, sealed.subarray(0, length), "channel.credential")).toThrow("too short");
    }
  });

  it("has a data key of its own: the master key does not encrypt the text itself", () => {
    const other = sealWith(key, "sk-upstream", "channel.credential", entropy.toReversed());
    expect(Buffer.from(other).subarray(-27)).not.toEqual(Buffer.from(sealed).subarray(-27));
    expect(openWith(key, other, "channel.credential")).toBe("sk-upstream");
  });

  it("opens what the first format sealed under the master key itself", () => {
    const nonce = new Uint8Array(12).fill(1);
    const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: 16 });
    cipher.setAAD(Buffer.from("channel.credential"));
    const text = Buffer.concat([cipher.update("sk-old"), cipher.final()]);
    const id = Buffer.from(key.fingerprint, "hex").subarray(0, 8);
    const old = Buffer.concat([id, nonce, text, cipher.getAuthTag()]);
    expect(openWith(key, old, "channel.credential")).toBe("sk-old");
    expect(() => openWith(otherKey, old, "channel.credential")).toThrow("another master key");
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
