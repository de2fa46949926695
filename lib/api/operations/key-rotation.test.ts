import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { createAccountOperation } from "./accounts.ts";
import { listAuditLog } from "./audit-log.ts";
import {
  changeKeysOperation as bulk,
  createKeyOperation as create,
  endKeyOverlapOperation as endOverlap,
  getKeyOperation as get,
  deleteKeyOperation as remove,
  rotateKeyOperation as rotate,
  listKeySecretsOperation as secrets,
} from "./keys.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

const make = async (name = "Key") => (await api.call(create, { body: { accountId, name } })).body;
const rotateBy = (id: string, overlapSeconds: unknown, headers = {}) =>
  api.call(rotate, { params: { id }, body: { overlapSeconds }, headers });

describe("rotating a key", () => {
  it("answers a new secret once, and until when the old one is accepted", async () => {
    const key = await make();
    const before = Date.now();
    const { status, body } = await rotateBy(key.id, 900);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: key.id, name: "Key", prefix: body.secret.slice(0, 12) });
    expect(body.secret).not.toBe(key.secret);
    const endMs = Date.parse(body.validUntil) - 900_000;
    expect(endMs).toBeGreaterThanOrEqual(before);
    expect(endMs).toBeLessThanOrEqual(Date.now());
    const { items } = (await api.call(secrets, { params: { id: key.id } })).body;
    expect(items).toMatchObject([
      { current: true, prefix: body.prefix, validUntil: null },
      { current: false, prefix: key.prefix, last4: key.last4, validUntil: body.validUntil },
    ]);
    expect(JSON.stringify(items)).not.toContain(body.secret);
  });

  it("without an overlap ends every older secret too", async () => {
    const key = await make();
    await rotateBy(key.id, 3600);
    await rotateBy(key.id, 0);
    const { items } = (await api.call(secrets, { params: { id: key.id } })).body;
    expect(items).toHaveLength(3);
    for (const old of items.slice(1)) expect(Date.parse(old.validUntil)).toBeLessThanOrEqual(Date.now());
  });

  it("can end an overlap early", async () => {
    const key = await make();
    await rotateBy(key.id, 3600);
    expect((await api.call(endOverlap, { params: { id: key.id } })).status).toBe(204);
    const { items } = (await api.call(secrets, { params: { id: key.id } })).body;
    expect(Date.parse(items[1].validUntil)).toBeLessThanOrEqual(Date.now());
  });

  it("shows what the old secret was still used for, and from where", async () => {
    const key = await make();
    await rotateBy(key.id, 3600);
    await pool().query("SELECT hot.ensure_log_partitions(current_date - 1, current_date + 1)");
    await pool().query(
      `INSERT INTO hot.request_log (request_id, created_at, key_id, key_prefix, ip, protocol, endpoint, status)
       SELECT gen_random_uuid(), now() + n * interval '1 second', $1, $2, '203.0.113.9', 'openai', '/v1/models', 200
       FROM generate_series(1, 3) AS n`,
      [key.id, key.prefix],
    );
    const { items } = (await api.call(secrets, { params: { id: key.id } })).body;
    expect(items[1]).toMatchObject({ requestsSinceRetired: 3, lastIp: "203.0.113.9" });
    expect(items[1].lastUsedAt).not.toBeNull();
  });

  it("happens once when it is asked for twice under one Idempotency-Key", async () => {
    const key = await make();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const [one, two] = await Promise.all([rotateBy(key.id, 60, headers), rotateBy(key.id, 60, headers)]);
    expect(one.body.secret).toBe(two.body.secret);
    expect(await prisma().retiredSecret.count({ where: { keyId: key.id } })).toBe(1);
  });

  it.each([-1, 0.5, 2_592_001, "60", null, undefined])("refuses an overlap of %s", async (overlap) => {
    const key = await make();
    const refused = await rotateBy(key.id, overlap);
    expect(refused).toMatchObject({ status: 422, body: { fields: { overlapSeconds: expect.any(String) } } });
  });

  it("is found in the audit log, without the secret or its hash", async () => {
    const key = await make();
    const { body } = await rotateBy(key.id, 60);
    const { items } = (await api.call(listAuditLog, { query: { limit: 20 } })).body;
    const entry = items.find((item: { action: string; targetId: string }) => item.targetId === key.id);
    expect(entry).toMatchObject({ action: "key.rotate", after: { prefix: body.prefix } });
    expect(JSON.stringify(entry)).not.toContain(body.secret);
  });

  it("is 404 for a key that is not there", async () => {
    expect((await rotateBy(crypto.randomUUID(), 0)).status).toBe(404);
    expect((await rotateBy("nothing", 0)).status).toBe(404);
  });
});

describe("many keys at once", () => {
  const change = (body: unknown) => api.call(bulk, { body });

  it("are disabled, enabled, deleted and restored together", async () => {
    const keys = [await make("A"), await make("B")];
    const ids = keys.map((key) => key.id);
    const statusOf = async (id: string) => {
      const { status, body } = await api.call(get, { params: { id } });
      return status === 404 ? "gone" : body.status;
    };
    const all = async () => Promise.all(ids.map(statusOf));
    await change({ action: "disable", ids });
    expect(await all()).toEqual(["disabled", "disabled"]);
    await change({ action: "enable", ids });
    expect(await all()).toEqual(["active", "active"]);
    await change({ action: "delete", ids });
    expect(await all()).toEqual(["gone", "gone"]);
    expect((await change({ action: "restore", ids })).status).toBe(200);
    expect(await all()).toEqual(["active", "active"]);
  });

  it("rotate each to its own secret", async () => {
    const ids = [(await make()).id, (await make()).id];
    const { body } = await change({ action: "rotate", ids, overlapSeconds: 0 });
    expect(new Set(body.items.map((item: { secret: string }) => item.secret)).size).toBe(2);
  });

  it("change all or none", async () => {
    const key = await make();
    const refused = await change({ action: "delete", ids: [key.id, crypto.randomUUID()] });
    expect(refused.status).toBe(404);
    expect((await api.call(get, { params: { id: key.id } })).status).toBe(200);
  });

  it("are not restored a day after their deletion", async () => {
    const key = await make();
    await api.call(remove, { params: { id: key.id } });
    const longAgo = new Date(Date.now() - 86_400_001);
    await prisma().apiKey.update({ where: { id: key.id }, data: { deletedAt: longAgo } });
    expect((await change({ action: "restore", ids: [key.id] })).status).toBe(404);
  });

  it.each([
    [{ action: "explode", ids: [] }, "action"],
    [{ action: "disable", ids: [] }, "ids"],
    [{ action: "disable", ids: ["x"] }, "ids.0"],
    [{ action: "rotate", ids: [crypto.randomUUID()] }, "overlapSeconds"],
  ])("are refused by field: %j", async (body, field) => {
    const refused = await change(body);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.fields)).toContain(field);
  });
});
