import { describe, expect, it } from "vitest";
import type { Changes, ChannelEntry, KeyEntry } from "./entries.ts";
import { applyChanges, emptySnapshot } from "./snapshot.ts";

const key = (id: string, values: Partial<KeyEntry> = {}): KeyEntry => ({
  id,
  accountId: "account",
  name: id,
  prefix: "sk-tg-",
  status: "active",
  groupId: null,
  expiresAtMs: null,
  budget: null,
  models: null,
  allowedCidrs: [],
  deniedCidrs: [],
  cutAtMs: null,
  ...values,
});

const channel = (id: string, models: string[]): ChannelEntry => ({
  id,
  name: id,
  provider: "simulator",
  baseUrl: "",
  credentials: [],
  groups: null,
  accounts: null,
  priority: 0,
  weight: 1,
  timeouts: {},
  caps: {},
  costMultiplier: 1,
  costFraction: { num: 1n, den: 1n },
  injectUsage: true,
  status: "active",
  models: new Map(models.map((model) => [model, model])),
  contextWindows: new Map(),
});

const changes = (revision: bigint, values: Partial<Changes>): Changes => ({
  revision,
  keys: [],
  retiredSecrets: [],
  accounts: [],
  models: [],
  channels: [],
  priceVersions: [],
  settings: [],
  limits: [],
  ...values,
});

describe("bringing a snapshot to a newer revision", () => {
  it("finds a key by its hash until it is deleted or has another", () => {
    const snapshot = emptySnapshot();
    applyChanges(snapshot, changes(1n, { keys: [{ id: "a", hash: "h1", entry: key("a") }] }));
    expect(snapshot.keysByHash.get("h1")?.id).toBe("a");
    applyChanges(snapshot, changes(2n, { keys: [{ id: "a", hash: "h2", entry: key("a") }] }));
    expect(snapshot.keysByHash.has("h1")).toBe(false);
    expect(snapshot.keysByHash.get("h2")?.id).toBe("a");
    applyChanges(snapshot, changes(3n, { keys: [{ id: "a", hash: "h2", entry: null }] }));
    expect(snapshot.keysByHash.size).toBe(0);
    expect(snapshot.revision).toBe(3n);
  });

  it("knows which channels serve a model, without those that are gone", () => {
    const snapshot = emptySnapshot();
    const both = [channel("one", ["m", "n"]), channel("two", ["m"])];
    applyChanges(snapshot, changes(1n, { channels: both.map((entry) => ({ id: entry.id, entry })) }));
    expect(snapshot.channelsByModel.get("m")?.map(({ id }) => id)).toEqual(["one", "two"]);
    applyChanges(snapshot, changes(2n, { channels: [{ id: "one", entry: null }] }));
    expect(snapshot.channelsByModel.get("m")?.map(({ id }) => id)).toEqual(["two"]);
    expect(snapshot.channelsByModel.has("n")).toBe(false);
  });

  it("takes no step back when an older load comes in late", () => {
    const snapshot = emptySnapshot();
    applyChanges(
      snapshot,
      changes(5n, { keys: [{ id: "a", hash: "h", entry: key("a", { status: "disabled" }) }] }),
    );
    applyChanges(snapshot, changes(4n, { keys: [{ id: "a", hash: "h", entry: key("a") }] }));
    expect(snapshot.keysByHash.get("h")?.status).toBe("disabled");
    expect(snapshot.revision).toBe(5n);
  });
});
