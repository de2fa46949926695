import { expect, it } from "vitest";
import { contentSecurityPolicy } from "./content-security-policy.ts";

it("in production no inline script and no style element runs without the nonce", () => {
  const policy = contentSecurityPolicy("abc", false);
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("style-src 'self' 'nonce-abc';");
  expect(policy).not.toContain("unsafe-eval");
  expect(policy.match(/'unsafe-inline'/g)).toEqual(["'unsafe-inline'"]);
  expect(policy).toContain("frame-ancestors 'none'");
});
