import { describe, expect, it } from "vitest";
import type { Key } from "#lib/keys/schema";
import { emptyKeyForm, formOfKey, keyBodyOf } from "./key-form-values.ts";

const key = {
  accountId: "a-1",
  name: "Backend",
  expiresAt: "2026-12-31T10:30:00.000Z",
  budget: { amount: "12.5", period: "week", spent: "3" },
  models: ["gpt-4o"],
  allowedCidrs: ["203.0.113.0/24"],
  deniedCidrs: ["203.0.113.9/32"],
  group: null,
} as unknown as Key;

describe("the key form", () => {
  it("sends back what it was given, to the minute", () => {
    expect(keyBodyOf(formOfKey(key), false)).toEqual({
      name: "Backend",
      expiresAt: "2026-12-31T10:30:00.000Z",
      budget: { amount: "12.5", period: "week" },
      models: ["gpt-4o"],
      allowedCidrs: ["203.0.113.0/24"],
      deniedCidrs: ["203.0.113.9/32"],
      group: null,
    });
  });

  it("sends what was left empty as no limit at all, and names the account of a new key", () => {
    expect(keyBodyOf({ ...emptyKeyForm("a-1"), name: " New " }, true)).toEqual({
      accountId: "a-1",
      name: "New",
      expiresAt: null,
      budget: null,
      models: [],
      allowedCidrs: [],
      deniedCidrs: [],
      group: null,
    });
  });
});
