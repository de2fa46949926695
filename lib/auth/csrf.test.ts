import { describe, expect, it } from "vitest";
import { checkOrigin } from "./csrf.ts";

function post(headers: Record<string, string>, method = "POST") {
  return new Request("http://127.0.0.1:3000/api/keys", { method, headers });
}

describe("a write with a session cookie", () => {
  it("passes from the console's own host", () => {
    expect(() =>
      checkOrigin(post({ host: "gate.example", origin: "https://gate.example" }), undefined),
    ).not.toThrow();
    expect(() =>
      checkOrigin(post({ host: "127.0.0.1:3000", origin: "http://127.0.0.1:3000" }), undefined),
    ).not.toThrow();
  });

  it("passes from PUBLIC_URL, whatever host the proxy asks for", () => {
    const request = post({ host: "10.0.0.7:3000", origin: "https://gate.example" });
    expect(() => checkOrigin(request, "https://gate.example")).not.toThrow();
  });

  it.each([
    ["another site", "https://evil.example"],
    ["another port", "https://gate.example:8443"],
    ["a name that only starts alike", "https://gate.example.evil.example"],
    ["an opaque origin", "null"],
    ["another scheme", "chrome-extension://gate.example"],
  ])("is refused from %s", (_what, origin) => {
    const request = post({ host: "gate.example", origin });
    expect(() => checkOrigin(request, undefined)).toThrow("Origin");
  });

  it("is refused without an Origin", () => {
    expect(() => checkOrigin(post({ host: "gate.example" }), undefined)).toThrow("Origin");
    expect(() => checkOrigin(post({ host: "gate.example" }, "DELETE"), undefined)).toThrow("Origin");
  });
});

it("reading needs no Origin", () => {
  expect(() => checkOrigin(post({ host: "gate.example" }, "GET"), undefined)).not.toThrow();
});
