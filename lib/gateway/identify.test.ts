import { describe, expect, it } from "vitest";
import { hashSecret, makeSecret, secretParts } from "#lib/keys/secret";
import type { KeyEntry } from "#lib/snapshot/entries";
import { applyChanges, emptySnapshot } from "#lib/snapshot/snapshot";
import type { Arrival } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal } from "./errors.ts";
import { type Identified, identify, permit } from "./identify.ts";
import { Sender } from "./sender.ts";

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const hexOf = (secret: string) => Buffer.from(hashSecret(secret)).toString("hex");
const [current, retired] = [makeSecret(random), makeSecret(random)];
const endMs = 1_000_000;

function world(nowMs: number, key: Partial<KeyEntry> | null = {}) {
  const snapshot = emptySnapshot();
  const entry: KeyEntry = {
    id: "key",
    accountId: "account",
    name: "Key",
    prefix: secretParts(current).prefix,
    status: "active",
    groupId: null,
    expiresAtMs: null,
    budget: null,
    models: null,
    allowedCidrs: [],
    deniedCidrs: [],
    cutAtMs: null,
    ...key,
  };
  applyChanges(snapshot, {
    revision: 1n,
    keys: [{ id: "key", hash: hexOf(current), entry: key === null ? null : entry }],
    retiredSecrets: [
      { hash: hexOf(retired), keyId: "key", prefix: secretParts(retired).prefix, validUntilMs: endMs },
    ],
    accounts: [{ id: "account", name: "Acme", groupId: "default", timeZone: "UTC", status: "active" }],
    models: [],
    channels: [],
    priceVersions: [],
    settings: [],
    limits: [],
  });
  return { snapshot, now: () => nowMs, closedBecause: () => null } as unknown as GatewayDeps;
}

function callWith(secret: string, deps: GatewayDeps) {
  const headers = new Headers({ authorization: `Bearer ${secret}` });
  const sender = new Sender(headers, { path: "/v1/models", query: "" }, { clientIp: () => null });
  const identified = identify({ sender } as Arrival, deps);
  return isRefusal(identified) ? identified : permit(identified, deps);
}

const who = (caller: ReturnType<typeof callWith>) => (caller as Identified).key;

describe("a rotated key", () => {
  it("is the same key by either secret until the overlap ends, told apart by the prefix", () => {
    const deps = world(endMs - 1);
    expect(who(callWith(current, deps))).toMatchObject({ id: "key", prefix: secretParts(current).prefix });
    expect(who(callWith(retired, deps))).toMatchObject({ id: "key", prefix: secretParts(retired).prefix });
  });

  it("refuses the old secret from the end of the overlap on, and says why", () => {
    expect(callWith(retired, world(endMs))).toMatchObject({
      refused: true,
      code: "key_expired",
      message: expect.stringContaining("replaced"),
    });
    expect(isRefusal(callWith(current, world(endMs)))).toBe(false);
  });

  it("binds the old secret by everything that binds the key", () => {
    expect(callWith(retired, world(0, { status: "disabled" }))).toMatchObject({ code: "key_disabled" });
    expect(callWith(retired, world(0, { expiresAtMs: 0 }))).toMatchObject({ code: "key_expired" });
    expect(callWith(retired, world(0, { allowedCidrs: ["10.0.0.0/8"] }))).toMatchObject({
      code: "ip_not_allowed",
    });
    expect(callWith(retired, world(0, null))).toMatchObject({ code: "invalid_api_key" });
  });
});
