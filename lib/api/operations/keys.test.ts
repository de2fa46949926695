import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { periodStart } from "#lib/funds/period";
import { checksumOk, hashSecret } from "#lib/keys/secret";
import { createAccountOperation } from "./accounts.ts";
import {
  createKeyOperation as create,
  getKeyOperation as get,
  getKeyHygieneOperation as hygiene,
  listKeysOperation as list,
  deleteKeyOperation as remove,
  updateKeyOperation as update,
} from "./keys.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  const account = await api.call(createAccountOperation, {
    body: { name: "Acme", timeZone: "Asia/Shanghai" },
  });
  accountId = account.body.id;
});
afterAll(() => api.stop());

const make = (more: Record<string, unknown> = {}) =>
  api.call(create, { body: { accountId, name: "Key", ...more } });

describe("API keys", () => {
  it("show their secret once, and the database keeps only its hash", async () => {
    const made = await make();
    expect(made.status).toBe(201);
    const { secret, ...key } = made.body;
    expect(checksumOk(secret)).toBe(true);
    expect(key).toMatchObject({
      accountName: "Acme",
      prefix: secret.slice(0, 12),
      last4: secret.slice(-4),
      status: "active",
      budget: null,
      group: null,
      lastUsedAt: null,
    });
    expect((await api.call(get, { params: { id: key.id } })).body).toEqual(key);
    const row = await prisma().apiKey.findUniqueOrThrow({ where: { id: key.id } });
    expect(Buffer.from(row.hash)).toEqual(Buffer.from(hashSecret(secret)));
    const kept = await prisma().$queryRaw<{ text: string }[]>`
      SELECT k::text AS text FROM api_key k UNION ALL SELECT a::text FROM audit_entry a`;
    expect(kept.filter(({ text }) => text.includes(secret.slice(12, 30)))).toEqual([]);
  });

  it.each([
    [{ accountId: crypto.randomUUID() }, "accountId"],
    [{ accountId: "x" }, "accountId"],
    [{ name: " " }, "name"],
    [{ expiresAt: "tomorrow" }, "expiresAt"],
    [{ budget: { amount: "-1", period: "day" } }, "budget.amount"],
    [{ budget: { amount: "1.0000000001", period: "day" } }, "budget.amount"],
    [{ budget: { amount: "1", period: "year" } }, "budget.period"],
    [{ allowedCidrs: ["10.0.0.0/8", "10.0.0.0/99"] }, "allowedCidrs.1"],
    [{ deniedCidrs: ["10.0.0.0/8", "nowhere"] }, "deniedCidrs.1"],
    [{ deniedCidrs: Array.from({ length: 101 }, (_, n) => `10.0.${n}.0/24`) }, "deniedCidrs"],
    [{ group: "nowhere" }, "group"],
    [{ secret: "sk-tg-mine" }, "secret"],
  ])("are refused by field: %j", async (more, field) => {
    const refused = await make(more);
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_fields" } });
    expect(Object.keys(refused.body.fields)).toEqual([field]);
  });

  it("keep networks in one spelling and each once", async () => {
    const { body } = await make({ allowedCidrs: ["10.1.2.3/8", "10.0.0.0/8", "::ffff:192.0.2.1"] });
    expect(body.allowedCidrs).toEqual(["10.0.0.0/8", "192.0.2.1/32"]);
    const { body: fenced } = await make({ deniedCidrs: ["203.0.113.9/24", "203.0.113.0/24"] });
    expect(fenced).toMatchObject({ allowedCidrs: [], deniedCidrs: ["203.0.113.0/24"] });
  });

  it("show what was spent in the period that runs now in the account's time zone", async () => {
    const { body: key } = await make({ budget: { amount: 12.5, period: "day" } });
    expect(key.budget).toEqual({ amount: "12.5", period: "day", spent: "0" });
    const start = new Date(periodStart(Date.now(), "day", "Asia/Shanghai"));
    const yesterday = new Date(start.getTime() - 86_400_000);
    await prisma().$executeRaw`
      INSERT INTO hot.key_budget (key_id, period_start, spent)
      VALUES (${key.id}::uuid, ${start}, 1500000000), (${key.id}::uuid, ${yesterday}, 9)`;
    const read = await api.call(get, { params: { id: key.id } });
    expect(read.body.budget).toEqual({ amount: "12.5", period: "day", spent: "1.5" });
  });

  it("tell when they were last used", async () => {
    const { body: key } = await make();
    await prisma().$executeRaw`
      INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, first_seen, last_seen)
      VALUES (current_date, ${key.id}, '203.0.113.1', ${accountId}, now(), '2026-01-02T03:04:05Z'),
             (current_date, ${key.id}, '203.0.113.2', ${accountId}, now(), '2026-01-02T03:04:06Z')`;
    const read = await api.call(get, { params: { id: key.id } });
    expect(read.body).toMatchObject({
      lastUsedAt: "2026-01-02T03:04:06.000Z",
      lastUsedIp: "203.0.113.2",
      calls24h: 0,
    });
  });

  it("tell how often they were called in the last 24 hours", async () => {
    const { body: key } = await make();
    await prisma().$executeRaw`
      INSERT INTO hot.rollup_minute_key (minute, account_id, key_id, model, requests)
      SELECT date_trunc('minute', now()) - ago, ${accountId}, ${key.id}, model, 5
      FROM (VALUES (interval '1 hour', 'a'), (interval '2 hours', 'b'), (interval '30 hours', 'a')) AS v (ago, model)`;
    expect((await api.call(get, { params: { id: key.id } })).body.calls24h).toBe(10);
  });

  it("are found by what may be wrong with them, with counts, page by page", async () => {
    const account = (await api.call(createAccountOperation, { body: { name: "Untidy" } })).body.id;
    const made = (name: string, more: Record<string, unknown> = {}) =>
      api.call(create, { body: { accountId: account, name, ...more } });
    const bounded = { budget: { amount: "1", period: "day" }, expiresAt: "2090-01-01T00:00:00Z" };
    const ids = new Map<string, string>();
    for (const name of ["unused", "idle", "roaming", "fine"])
      ids.set(name, (await made(name, bounded)).body.id);
    for (const name of ["careless a", "careless b"]) ids.set(name, (await made(name)).body.id);
    const off = (await made("off")).body.id;
    await api.call(update, { params: { id: off }, body: { status: "disabled" } });
    const used = async (name: string, ip: string, daysAgo: number) =>
      prisma().$executeRaw`
        INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, first_seen, last_seen)
        SELECT t::date, ${ids.get(name)}, ${ip}::inet, ${account}, t, t
        FROM (SELECT now() - make_interval(days => ${daysAgo}::int) AS t) AS x`;
    await used("idle", "203.0.113.1", 91);
    for (const name of ["fine", "careless a", "careless b"]) await used(name, "203.0.113.1", 0);
    for (const third of [1, 2, 3, 4]) await used("roaming", `203.0.${third}.1`, third);
    // One network however many addresses of it.
    for (const last of [2, 3, 4, 5, 6]) await used("fine", `203.0.113.${last}`, 0);
    const counts = async () => (await api.call(hygiene, { query: { accountId: account } })).body;
    const expected = { neverUsed: 1, idle90: 1, noExpiry: 2, noBudget: 2, manyNetworks: 0 };
    expect(await counts()).toEqual(expected);
    await used("roaming", "2001:db8::1", 0);
    expect(await counts()).toEqual({ ...expected, manyNetworks: 1 });
    const namesOf = async (kind: string, more: Record<string, unknown> = {}) => {
      const names: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query = { accountId: account, hygiene: kind, limit: 1, ...more, ...(cursor && { cursor }) };
        const { body } = await api.call(list, { query });
        names.push(...body.items.map((key: { name: string }) => key.name));
        cursor = body.nextCursor;
      }
      return names;
    };
    expect(await namesOf("neverUsed")).toEqual(["unused"]);
    expect(await namesOf("idle90")).toEqual(["idle"]);
    expect(await namesOf("manyNetworks")).toEqual(["roaming"]);
    expect(await namesOf("noBudget")).toEqual(["careless b", "careless a"]);
    expect(await namesOf("noExpiry", { sort: "name" })).toEqual(["careless a", "careless b"]);
    expect(await namesOf("noExpiry", { q: "LESS B" })).toEqual(["careless b"]);
    expect(await namesOf("noExpiry", { q: "100%" })).toEqual([]);
    expect(await namesOf("noExpiry", { status: "disabled" })).toEqual([]);
  });

  it("change only in what is named; null takes a restriction away", async () => {
    const { body: key } = await make({
      budget: { amount: "1", period: "total" },
      models: ["sim-chat", "sim-chat"],
      expiresAt: "2030-01-01T08:00:00+08:00",
      group: "training",
    });
    expect(key).toMatchObject({ models: ["sim-chat"], expiresAt: "2030-01-01T00:00:00.000Z" });
    const params = { id: key.id };
    const off = await api.call(update, { params, body: { status: "disabled" } });
    expect(off.body).toMatchObject({ status: "disabled", budget: { amount: "1" }, group: "training" });
    const freed = await api.call(update, {
      params,
      body: { budget: null, models: [], expiresAt: null, group: null, status: "active" },
    });
    expect(freed.body).toMatchObject({
      budget: null,
      models: [],
      expiresAt: null,
      group: null,
      status: "active",
    });
  });

  it("are gone once deleted, but keep their row for the logs", async () => {
    const { body: key } = await make({ name: "Doomed" });
    const params = { id: key.id };
    expect((await api.call(remove, { params })).status).toBe(204);
    expect((await api.call(get, { params })).status).toBe(404);
    expect((await api.call(update, { params, body: { status: "active" } })).status).toBe(404);
    expect((await api.call(remove, { params })).status).toBe(404);
    expect((await api.call(list, { query: { q: "Doomed" } })).body.items).toEqual([]);
    const row = await prisma().apiKey.findUniqueOrThrow({ where: { id: key.id } });
    const revision = await prisma().configRevision.findUniqueOrThrow({ where: { id: 1 } });
    expect(row).toMatchObject({ name: "Doomed", revision: revision.revision });
  });

  it("are found by account, status and by a pasted secret", async () => {
    const { body: key } = await make({ name: "Needle" });
    await api.call(update, { params: { id: key.id }, body: { status: "disabled" } });
    for (const query of [{ q: key.secret }, { q: "needle" }, { accountId, status: "disabled" }]) {
      const found = await api.call(list, { query });
      expect(found.body.items.map((item: { id: string }) => item.id)).toContain(key.id);
    }
    const elsewhere = await api.call(list, { query: { accountId: crypto.randomUUID() } });
    expect(elsewhere.body).toEqual({ items: [], nextCursor: null });
  });

  it("can be listed by name, page by page, with none left out among equals", async () => {
    const account = await api.call(createAccountOperation, { body: { name: "Sorted" } });
    const make = (name: string) => api.call(create, { body: { accountId: account.body.id, name } });
    for (const name of ["same", "zebra", "same", "ant", "same"]) await make(name);
    for (const [sort, expected] of [
      ["name", ["ant", "same", "same", "same", "zebra"]],
      ["-name", ["zebra", "same", "same", "same", "ant"]],
    ] as const) {
      const names: string[] = [];
      for (let cursor = ""; ; ) {
        const query = { accountId: account.body.id, sort, limit: 2, ...(cursor ? { cursor } : {}) };
        const { body } = await api.call(list, { query });
        names.push(...body.items.map((key: { name: string }) => key.name));
        if (body.nextCursor === null) break;
        cursor = body.nextCursor;
      }
      expect(names).toEqual(expected);
    }
  });
});
