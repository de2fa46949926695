import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { getAccountOperation } from "./accounts.ts";
import { createKeyOperation, deleteKeyOperation } from "./keys.ts";
import { getLogOperation as get, listLogsOperation as list } from "./logs.ts";
import { channelId, type LoggedCalls, startLoggedCalls } from "./testing.ts";

let api: LoggedCalls["api"];
let [accountId, keyId] = ["", ""];
let rows: RequestLogRow[];
let minuteMs = 0;

beforeAll(async () => {
  ({ api, accountId, keyId, rows, minuteMs } = await startLoggedCalls());
});
afterAll(() => api.stop());

const idsOf = (answer: { body: { items: { requestId: string }[] } }) =>
  answer.body.items.map((row) => row.requestId);
const idsAt = (...indexes: number[]) => indexes.map((index) => rows[index]?.requestId);

describe("request logs", () => {
  it("show every call, refused ones too, newest first, with the names of what they point to", async () => {
    const all = await api.call(list);
    expect(idsOf(all)).toEqual(idsAt(4, 3, 2, 1, 0));
    expect(all.body.items[4]).toMatchObject({
      accountName: "Acme",
      keyName: "Main",
      channelName: "Simulator",
      ip: "203.0.113.7",
      status: 200,
      promptTokens: 1000,
      cost: "0.00045",
      attemptCount: 1,
      modelMultiplier: "0.075",
      completionMultiplier: "25/3",
      createdAt: new Date(minuteMs).toISOString(),
    });
    expect(all.body.items[0]).toMatchObject({ accountId: null, keyName: null, errorCode: "invalid_api_key" });
  });

  it("go on page by page without a row lost or shown twice", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.call(list, { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      seen.push(...idsOf(page));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(idsAt(4, 3, 2, 1, 0));
  });

  it("refuse a cursor of another filter with 400, and one of no list with 422", async () => {
    const first = await api.call(list, { query: { limit: 1, accountId } });
    const cursor = first.body.nextCursor;
    expect((await api.call(list, { query: { limit: 2, accountId, cursor } })).status).toBe(200);
    for (const query of [{ cursor }, { cursor, accountId, status: "4xx" }, { cursor, accountId, model: "m" }])
      expect(await api.call(list, { query })).toMatchObject({
        status: 400,
        body: { code: "invalid_cursor" },
      });
    expect((await api.call(list, { query: { cursor: "eA" } })).status).toBe(422);
  });

  it("say which range they list, since when rows are kept, and that nothing was left out", async () => {
    const before = Date.now();
    const { body } = await api.call(list, { query: { from: "2001-01-01T00:00:00Z" } });
    expect(body).toMatchObject({ from: "2001-01-01T00:00:00.000Z", partial: false, scannedTo: null });
    expect(Date.parse(body.to)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.keptSince)).toBeGreaterThan(Date.now() - 3 * 86_400_000);
    expect((await api.call(list)).body.from).toBeNull();
    const past = await api.call(list, {
      query: { from: "2001-01-01T00:00:00Z", to: "2002-01-01T00:00:00Z" },
    });
    expect(past.body).toMatchObject({ items: [], nextCursor: null, partial: false });
    const turned = { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" };
    expect((await api.call(list, { query: turned })).body.fields).toHaveProperty("from");
  });

  it("are filtered by everything that a row says", async () => {
    const cases: [Record<string, string | number>, number[]][] = [
      [{ accountId }, [3, 2, 1, 0]],
      [{ keyId, status: 200 }, [1, 0]],
      [{ status: "4xx" }, [4, 3]],
      [{ errorCode: "upstream_error" }, [2]],
      [{ ip: "203.0.113.7" }, [4, 3, 0]],
      [{ ip: "::ffff:203.0.113.7" }, [4, 3, 0]],
      [{ cidr: "198.51.100.0/24" }, [2]],
      [{ cidr: "2001:db8::/32" }, [1]],
      [{ model: "sim-chat", stream: "true" }, [0]],
      [{ model: "SIM*", stream: "true" }, [0]],
      [{ model: "*im_c*" }, []],
      [{ channelId }, [2, 1, 0]],
      [{ minCost: "0.0001" }, [0]],
      [{ requestId: rows[1]?.requestId ?? "" }, [1]],
      [{ requestId: crypto.randomUUID() }, []],
      [
        { from: new Date(minuteMs + 1000).toISOString(), to: new Date(minuteMs + 3000).toISOString() },
        [2, 1],
      ],
    ];
    for (const [query, expected] of cases) {
      expect([query, idsOf(await api.call(list, { query }))]).toEqual([query, idsAt(...expected)]);
    }
  });

  it.each([
    [{ ip: "300.1.1.1" }, "ip"],
    [{ cidr: "10.0.0.0/40" }, "cidr"],
    [{ status: "5" }, "status"],
    [{ from: "yesterday" }, "from"],
    [{ minCost: "-1" }, "minCost"],
    [{ groupBy: "ip" }, "groupBy"],
  ])("refuse what is no filter: %j", async (query, field) => {
    const refused = await api.call(list, { query });
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_fields" } });
    expect(Object.keys(refused.body.fields)).toEqual([field]);
  });

  it("open to a bill that adds up to what was charged, with its ledger transaction and attempts", async () => {
    const detail = await api.call(get, { params: { requestId: rows[0]?.requestId ?? "" } });
    expect(detail.body).toMatchObject({
      cost: "0.00045",
      attempts: [{ channelName: "Simulator", status: 200, durationMs: 99 }],
      bill: { subtotal: "0.00045", groupMultiplier: "1", rounding: "0", cost: "0.00045", equal: true },
    });
    const posted = await pool().query<{ id: string }>(
      "SELECT id FROM hot.ledger_transaction WHERE account_id = $1 AND kind = 'usage'",
      [accountId],
    );
    expect(posted.rows).toEqual([{ id: detail.body.bill.ledgerTransactionId }]);
    const account = await api.call(getAccountOperation, { params: { id: accountId } });
    expect(account.body.balance).toBe("-0.0004521");
  });

  it("have no bill where nothing was priced, and are not found under another id", async () => {
    const refused = await api.call(get, { params: { requestId: rows[3]?.requestId ?? "" } });
    expect(refused.body).toMatchObject({ status: 429, bill: null, attempts: [] });
    for (const requestId of [newId(minuteMs), "by-ip", "x"]) {
      expect((await api.call(get, { params: { requestId } })).status).toBe(404);
    }
  });

  it("keep the name of a key that was deleted", async () => {
    const { body: key } = await api.call(createKeyOperation, { body: { accountId, name: "Gone" } });
    const createdAtMs = minuteMs - 3_600_000;
    const row = {
      ...emptyRow,
      accountId,
      keyId: key.id,
      status: 200,
      createdAtMs,
      requestId: newId(createdAtMs),
    };
    await writeSettlements([{ row, held: false, periodStartMs: null }], newId, pool());
    await api.call(deleteKeyOperation, { params: { id: key.id } });
    expect((await api.call(list, { query: { keyId: key.id } })).body.items).toMatchObject([
      { keyName: "Gone" },
    ]);
  });
});
