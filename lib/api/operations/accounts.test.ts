import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import {
  createAccountOperation as create,
  getAccountOperation as get,
  listAccountsOperation as list,
  updateAccountOperation as update,
} from "./accounts.ts";
import { getBalanceCareOperation as getCare, updateBalanceCareOperation as updateCare } from "./balance.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

describe("accounts", () => {
  it("start active, without money, on the default line, in UTC", async () => {
    const made = await api.call(create, { body: { name: "  Acme 安可 " } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "Acme 安可",
      email: null,
      group: "default",
      status: "active",
      timeZone: "UTC",
      balance: "0",
      held: "0",
      available: "0",
      tier: null,
    });
    const read = await api.call(get, { params: { id: made.body.id } });
    expect(read.body).toEqual(made.body);
  });

  it.each([
    [{}, "name"],
    [{ name: "" }, "name"],
    [{ name: "a\u202eb" }, "name"],
    [{ name: "A", group: "nowhere" }, "group"],
    [{ name: "A", email: "nobody" }, "email"],
    [{ name: "A", timeZone: "Mars/Olympus" }, "timeZone"],
    [{ name: "A", balance: "100" }, "balance"],
  ])("are refused by field: %j", async (body, field) => {
    const refused = await api.call(create, { body });
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_fields" } });
    expect(Object.keys(refused.body.fields)).toEqual([field]);
  });

  it("are not found under an id that is none", async () => {
    expect((await api.call(get, { params: { id: "1' OR '1'='1" } })).status).toBe(404);
    expect(
      (await api.call(update, { params: { id: crypto.randomUUID() }, body: { name: "A" } })).status,
    ).toBe(404);
  });

  it("change only in what is named, and leave an audit entry with before and after", async () => {
    const { body: made } = await api.call(create, { body: { name: "Old", email: "a@example.com" } });
    const changed = await api.call(update, {
      params: { id: made.id },
      body: { status: "suspended", email: null, timeZone: "Asia/Shanghai" },
    });
    expect(changed.body).toMatchObject({
      name: "Old",
      email: null,
      status: "suspended",
      timeZone: "Asia/Shanghai",
    });
    const entries = await prisma().auditEntry.findMany({
      where: { targetId: made.id },
      orderBy: { at: "asc" },
    });
    expect(entries.map((entry) => entry.action)).toEqual(["account.create", "account.update"]);
    expect(entries[1]).toMatchObject({ before: { status: "active" }, after: { status: "suspended" } });
  });

  it("refuse a change that was made on a stale copy, and show the current one", async () => {
    const { body: made } = await api.call(create, { body: { name: "First" } });
    const params = { id: made.id };
    const etag = (await api.call(get, { params })).headers.get("etag") ?? "";
    const headers = { "if-match": etag };
    expect((await api.call(update, { params, body: { name: "Second" }, headers })).status).toBe(200);
    const stale = await api.call(update, { params, body: { name: "Third" }, headers });
    expect(stale).toMatchObject({ status: 409, body: { current: { name: "Second" } } });
    expect((await api.call(update, { params, body: { name: "Third" } })).status).toBe(200);
  });

  it("refuse notices of money that were set on a stale copy, and show the current ones", async () => {
    const { body: made } = await api.call(create, { body: { name: "Noticed" } });
    const params = { id: made.id };
    const headers = { "if-match": (await api.call(getCare, { params })).headers.get("etag") ?? "" };
    expect((await api.call(updateCare, { params, body: { lowBalanceDays: 3 }, headers })).status).toBe(200);
    const stale = await api.call(updateCare, { params, body: { lowBalanceDays: 5 }, headers });
    expect(stale).toMatchObject({ status: 409, body: { code: "stale", current: { lowBalanceDays: 3 } } });
    const fresh = { "if-match": stale.headers.get("etag") ?? "" };
    expect((await api.call(updateCare, { params, body: { lowBalanceDays: 5 }, headers: fresh })).status).toBe(
      200,
    );
  });

  it("carry the config revision of their last change, for the gateway to load", async () => {
    const { body: made } = await api.call(create, { body: { name: "Revised" } });
    await api.call(update, { params: { id: made.id }, body: { name: "Revised again" } });
    const [row, revision] = await Promise.all([
      prisma().account.findUniqueOrThrow({ where: { id: made.id } }),
      prisma().configRevision.findUniqueOrThrow({ where: { id: 1 } }),
    ]);
    expect(row.revision).toBe(revision.revision);
  });

  it("are listed newest first, every one once, whatever the page size", async () => {
    for (let index = 0; index < 5; index += 1) await api.call(create, { body: { name: `Page ${index}` } });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.call(list, { query: { q: "page ", limit: 2, ...(cursor ? { cursor } : {}) } });
      names.push(...page.body.items.map((item: { name: string }) => item.name));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor);
    expect(names).toEqual(["Page 4", "Page 3", "Page 2", "Page 1", "Page 0"]);
  });

  it("refuse a cursor that we did not write", async () => {
    for (const cursor of ["x", "WzFd", Buffer.from('["a"]').toString("base64url")]) {
      const refused = await api.call(list, { query: { cursor } });
      expect(refused).toMatchObject({ status: 422, body: { fields: { cursor: expect.any(String) } } });
    }
  });

  it("are made by operators, only read by support", async () => {
    const support = await api.as("support");
    expect((await support(create, { body: { name: "No" } })).status).toBe(403);
    expect((await support(list)).status).toBe(200);
  });
});
