import { describe, expect, it } from "vitest";
import { type Limit, limitsOf, limitTable } from "./resolve.ts";

const who = { accountId: "A", groupId: "G", keyId: "K", model: "m" };
const limit = (
  scope: Limit["scope"],
  scopeId: string | null,
  model: string | null,
  value: number,
): Limit => ({
  scope,
  scopeId,
  model,
  metric: "rpm",
  value,
});
const resolved = (...limits: Limit[]) =>
  limitsOf(who, { rpm: 1 }, limitTable(limits)).map(({ scope, model, limit, counter }) => [
    scope,
    model,
    limit,
    counter,
  ]);

describe("which limits apply to a call", () => {
  it("an account's own limit on a model replaces the model's default, upwards and downwards", () => {
    expect(resolved(limit("default", null, "m", 10), limit("account", "A", "m", 50))).toEqual([
      ["account", "m", 50, "aA|m|rpm"],
    ]);
    expect(resolved(limit("default", null, "m", 10), limit("account", "A", "m", 5))).toMatchObject([
      ["account", "m", 5, "aA|m|rpm"],
    ]);
  });

  it("otherwise the strictest of default, group and account counts per account", () => {
    expect(resolved(limit("default", null, "m", 10), limit("group", "G", "m", 5))).toMatchObject([
      ["group", "m", 5, "aA|m|rpm"],
    ]);
    expect(
      resolved(
        limit("default", null, null, 30),
        limit("group", "G", null, 20),
        limit("account", "A", null, 25),
      ),
    ).toEqual([["group", null, 20, "aA|*|rpm"]]);
  });

  it("a key's limits stand beside the account's, and one model's beside all models'", () => {
    expect(
      resolved(
        limit("key", "K", null, 7),
        limit("key", "K", "m", 6),
        limit("account", "A", null, 9),
        limit("default", null, "m", 8),
      ),
    ).toEqual([
      ["default", "m", 8, "aA|m|rpm"],
      ["account", null, 9, "aA|*|rpm"],
      ["key", "m", 6, "kK|m|rpm"],
      ["key", null, 7, "kK|*|rpm"],
    ]);
  });

  it("nothing of another account, group, key, model or metric applies", () => {
    expect(
      resolved(
        limit("account", "B", null, 1),
        limit("group", "H", null, 1),
        limit("key", "L", null, 1),
        limit("default", null, "n", 1),
        { ...limit("default", null, "m", 1), metric: "ipm" },
      ),
    ).toEqual([]);
  });

  it("a metric that the call takes nothing of is not checked", () => {
    const table = limitTable([
      limit("default", null, "m", 10),
      { ...limit("default", null, "m", 2), metric: "ipm" },
    ]);
    expect(limitsOf(who, { ipm: 0, rpm: 1 }, table)).toHaveLength(1);
    expect(limitsOf(who, { ipm: 3 }, table)).toMatchObject([{ metric: "ipm", amount: 3, limit: 2 }]);
  });

  it("a guess of the output never makes a call larger than the limit, what was asked for does", () => {
    const table = limitTable([{ ...limit("key", "K", null, 1000), metric: "tpm" }]);
    expect(limitsOf(who, { tpm: 1524, tpmAsked: 500 }, table)).toMatchObject([{ amount: 1000 }]);
    expect(limitsOf(who, { tpm: 1524, tpmAsked: 1524 }, table)).toMatchObject([{ amount: 1524 }]);
    expect(limitsOf(who, { tpm: 800, tpmAsked: 500 }, table)).toMatchObject([{ amount: 800 }]);
  });
});
