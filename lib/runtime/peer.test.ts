import { describe, expect, it } from "vitest";
import { normalizeIp, resolveClientIp } from "./peer.ts";

const from = (
  peer: string | null,
  forwardedFor: string | null,
  trustedProxies?: readonly string[] | "platform",
) => resolveClientIp({ peer: peer && `n0nce;${peer}`, nonce: "n0nce", forwardedFor, trustedProxies });

describe("the caller's address", () => {
  it("is the socket's, whatever X-Forwarded-For claims, while no proxy is trusted", () => {
    expect(from("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  });

  it("is unknown without the listener's word or with another process's nonce", () => {
    expect(from(null, "198.51.100.1")).toBeNull();
    const forged = {
      peer: "guess;203.0.113.9",
      nonce: "n0nce",
      forwardedFor: null,
      trustedProxies: undefined,
    };
    expect(resolveClientIp(forged)).toBeNull();
  });

  it("is read from the right, skipping trusted proxies", () => {
    const trusted = ["10.0.0.0/8"];
    expect(from("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", trusted)).toBe("198.51.100.1");
    expect(from("203.0.113.9", "198.51.100.1", trusted)).toBe("203.0.113.9");
    expect(from("10.0.0.1", "10.0.0.2", trusted)).toBe("10.0.0.2");
    expect(from("10.0.0.1", null, trusted)).toBe("10.0.0.1");
  });

  it("stops at what is no address", () => {
    expect(from("10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", ["10.0.0.0/8"])).toBe("10.0.0.2");
  });

  it("believes the platform's own entry, the last one, only when asked to", () => {
    expect(from(null, "1.1.1.1, 198.51.100.1", "platform")).toBe("198.51.100.1");
  });

  it("writes IPv4-mapped addresses as IPv4", () => {
    expect(normalizeIp("::ffff:127.0.0.1")).toBe("127.0.0.1");
    expect(normalizeIp("2001:DB8::0001")).toBe("2001:db8::1");
    expect(normalizeIp("nobody")).toBeNull();
  });
});
