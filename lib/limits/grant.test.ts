import { describe, expect, it } from "vitest";
import { applyChanges, emptySnapshot, endGrants } from "#lib/snapshot/snapshot";
import { standingLimit } from "./grant.ts";
import { limitsOf } from "./resolve.ts";

const named = { scope: "account", scopeId: "a", model: null, metric: "rpm" } as const;
const until = new Date("2026-11-22T12:00:00Z");
const granted = { value: 10n, shadow: false, granted: 50n, grantedUntil: until };

describe("a granted limit", () => {
  it("stands in place of the own one until its end, and not a millisecond longer", () => {
    expect(standingLimit(named, granted, until.getTime() - 1)).toEqual({
      ...named,
      value: 50,
      ends: { atMs: until.getTime(), afterwards: 10 },
    });
    expect(standingLimit(named, granted, until.getTime())).toEqual({ ...named, value: 10 });
    expect(standingLimit(named, { ...granted, value: null }, until.getTime())).toBeNull();
  });

  it("ends in a node's memory by itself, without word from the database", () => {
    const snapshot = emptySnapshot();
    const limit = standingLimit(named, granted, 0);
    const other = standingLimit({ ...named, metric: "ipm" }, { ...granted, value: null }, 0);
    const none = { keys: [], retiredSecrets: [], accounts: [], models: [], channels: [] };
    applyChanges(snapshot, {
      ...none,
      revision: 1n,
      priceVersions: [],
      settings: [],
      limits: [
        { id: "1", limit },
        { id: "2", limit: other },
      ],
    });
    const limits = () =>
      limitsOf(
        { accountId: "a", groupId: "default", keyId: "k", model: "m" },
        { rpm: 1, ipm: 1 },
        snapshot.limitTable,
      ).map((check) => check.limit);
    endGrants(snapshot, until.getTime() - 1);
    expect(limits()).toEqual([50, 50]);
    endGrants(snapshot, until.getTime());
    expect(limits()).toEqual([10]);
    expect(snapshot.nextGrantEndMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a limit in shadow mode", () => {
  it("is none that calls are held to", () => {
    const limit = standingLimit(named, { ...granted, granted: null, grantedUntil: null, shadow: true }, 0);
    expect(limit).toEqual({ ...named, value: 10, shadow: true });
  });
});
