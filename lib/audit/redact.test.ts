import { describe, expect, it } from "vitest";
import { redactForAudit } from "./redact.ts";

describe("what the audit log keeps of a resource", () => {
  it("holds back every secret, however deep it lies", () => {
    const kept = redactForAudit({
      name: "main",
      credential: "sk-canary",
      passwordHash: "canary",
      nested: [{ clientSecret: "canary", token: "canary" }],
      sealed: new Uint8Array([1, 2]),
    });
    expect(JSON.stringify(kept)).not.toContain("canary");
    expect(kept).toMatchObject({ name: "main", credential: "[redacted]", sealed: "[redacted]" });
  });

  it("keeps that there is or is no credential", () => {
    expect(redactForAudit({ hasCredential: true, credential: null })).toEqual({
      hasCredential: true,
      credential: null,
    });
  });

  it("writes dates and bigints as JSON can carry them and leaves out what is undefined", () => {
    expect(redactForAudit({ at: new Date(0), amount: 12n, gone: undefined })).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      amount: "12",
    });
  });

  it("cuts long texts", () => {
    expect(String(redactForAudit("x".repeat(5000)))).toHaveLength(1001);
  });
});
