import { describe, expect, it } from "vitest";
import { isGatewayTarget, normalizeTarget } from "./request-target.ts";

describe("normalizeTarget", () => {
  it.each([
    ["/v1/models", "/v1/models"],
    ["//v1///models", "/v1/models"],
    ["/%76%31/chat/../models", "/v1/models"],
    ["/api/%2e%2e/v1/models", "/v1/models"],
    ["/api\\..\\v1/models", "/v1/models"],
    ["http://gateway.example.com/v1/models?limit=2", "/v1/models?limit=2"],
    ["http://gateway.example.com", "/"],
    ["http://gateway.example.com?x=1", "/?x=1"],
    ["/v1beta/models/..%2f..%2Fadmin:generateContent", "/v1beta/models/..%2f..%2Fadmin:generateContent"],
    [
      "/v1beta/models/x%0d%0aset-cookie:a=b:generateContent",
      "/v1beta/models/x%0d%0aset-cookie:a=b:generateContent",
    ],
    ["/v1/models/meta%2Fllama%3A8b", "/v1/models/meta%2Fllama%3A8b"],
    [
      "/v1beta/models/gemini-2.5:generateContent?key=a//b/../c",
      "/v1beta/models/gemini-2.5:generateContent?key=a//b/../c",
    ],
  ])("makes %s into %s", (target, expected) => {
    expect(normalizeTarget(target)).toBe(expected);
    expect(normalizeTarget(expected)).toBe(expected);
  });

  it.each(["*", "gateway.example.com:443", "/%zz", "/100%"])("refuses %s", (target) => {
    expect(normalizeTarget(target)).toBeUndefined();
  });
});

describe("isGatewayTarget", () => {
  it("takes the gateway's prefixes and nothing that only begins like them", () => {
    expect(["/v1/models", "/v1", "/v1?x", "/v1beta/models", "/v3/async/txt2img"].every(isGatewayTarget)).toBe(
      true,
    );
    expect(["/", "/v10/models", "/v1x", "/api/v1/keys", "/v2/x"].some(isGatewayTarget)).toBe(false);
  });
});
