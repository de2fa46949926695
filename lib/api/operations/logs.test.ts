import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { loadPublishedVersions } from "#lib/pricing/store";
import { newId } from "#lib/runtime/id";
import { assignUsageTransactions } from "#lib/settlement/batch";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import { createKeyOperation, deleteKeyOperation } from "./keys.ts";
import { getLogOperation as get, listLogsOperation as list } from "./logs.ts";
import { getMetricsOperation as metrics } from "./metrics.ts";
import { getOverviewOperation } from "./overview.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
let keyId: string;
let rows: RequestLogRow[];
const channelId = "00000000-0000-7000-8000-000000000001";
// The last whole minute but one, so that every row lies in one minute of the past.
const minuteMs = Math.floor(Date.now() / 60_000) * 60_000 - 120_000;

beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
  keyId = (await api.call(createKeyOperation, { body: { accountId, name: "Main" } })).body.id;
  const [version] = await loadPublishedVersions();
  const base = {
    ...emptyRow,
    accountId,
    keyId,
    groupId: "default",
    endpoint: "/v1/chat/completions",
    ip: "203.0.113.7",
  };
  const served = {
    ...base,
    model: "sim-chat",
    channelId,
    status: 200,
    usageSource: "upstream" as const,
    priceVersionId: version?.id ?? null,
    modelMultiplier: "3/40",
    completionMultiplier: "25/3",
    groupMultiplier: "1",
    attempts: [{ channelId, status: 200, errorClass: null, startMs: 1, durationMs: 99 }],
    latencyMs: 100,
  };
  rows = [
    {
      ...served,
      promptTokens: 1000,
      completionTokens: 500,
      costNanoUsd: 450_000n,
      stream: true,
      firstTokenMs: 20,
    },
    {
      ...served,
      promptTokens: 10,
      completionTokens: 1,
      costNanoUsd: 2_100n,
      ip: "2001:db8::9",
      latencyMs: 3000,
    },
    { ...served, usageSource: "none" as const, status: 502, errorCode: "upstream_error", ip: "198.51.100.4" },
    { ...base, status: 429, errorCode: "rate_limit_exceeded", model: "sim-chat" },
    { ...base, accountId: null, keyId: null, groupId: null, status: 401, errorCode: "invalid_api_key" },
  ].map((row, index) => {
    const createdAtMs = minuteMs + index * 1000;
    return { ...row, createdAtMs, requestId: newId(createdAtMs) };
  });
  const batch = rows.map((row) => ({ row, held: false, periodStartMs: null }));
  await writeSettlements(
    batch,
    assignUsageTransactions(batch, () => newId()),
    pool(),
  );
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
    expect(detail.body.bill.ledgerTransactionId).toBe(rows[0]?.ledgerTransactionId);
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
    await writeSettlements([{ row, held: false, periodStartMs: null }], [], pool());
    await api.call(deleteKeyOperation, { params: { id: key.id } });
    expect((await api.call(list, { query: { keyId: key.id } })).body.items).toMatchObject([
      { keyName: "Gone" },
    ]);
  });
});

describe("charts", () => {
  const range = { from: new Date(minuteMs).toISOString(), to: new Date(minuteMs + 60_000).toISOString() };
  const chart = (query: Record<string, string | number>) =>
    api.call(metrics, { query: { ...range, ...query } });
  const valuesOf = async (query: Record<string, string | number>) =>
    Object.fromEntries(
      (await chart(query)).body.series.map((series: { name: string; points: { value: unknown }[] }) => [
        series.name,
        series.points.map((point) => point.value),
      ]),
    );

  it("count refused calls as requests, and errors of all kinds", async () => {
    expect(await valuesOf({ metric: "rpm" })).toEqual({ total: [5] });
    expect(await valuesOf({ metric: "errors" })).toEqual({ total: [3] });
    expect(await valuesOf({ metric: "tpm" })).toEqual({ total: [1511] });
    expect(await valuesOf({ metric: "cost" })).toEqual({ total: ["0.0004521"] });
  });

  it("are grouped and filtered by what the rollups hold", async () => {
    expect(await valuesOf({ metric: "rpm", groupBy: "status" })).toEqual({
      "2xx": [2],
      "4xx": [2],
      "5xx": [1],
    });
    expect(await valuesOf({ metric: "rpm", groupBy: "model" })).toEqual({ "sim-chat": [4], none: [1] });
    expect(await valuesOf({ metric: "rpm", groupBy: "channel" })).toEqual({ Simulator: [3], none: [2] });
    expect(await valuesOf({ metric: "rpm", groupBy: "account" })).toEqual({ Acme: [4], none: [1] });
    expect(await valuesOf({ metric: "errors", groupBy: "key", accountId })).toEqual({ Main: [2] });
    expect(await valuesOf({ metric: "rpm", keyId, model: "other" })).toEqual({ total: [0] });
  });

  it("average over their step and end at now, though `to` lies ahead", async () => {
    const wide = await chart({
      metric: "rpm",
      step: 300,
      to: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const points = wide.body.series[0].points;
    expect(points.reduce((sum: number, point: { value: number }) => sum + point.value * 5, 0)).toBeCloseTo(5);
    expect(Date.parse(points.at(-1).t)).toBeLessThanOrEqual(Date.now());
  });

  it("show latency as percentiles of the calls that were not refused", async () => {
    const latency = await chart({ metric: "latency" });
    const [p50, , p99] = latency.body.series.map(
      (series: { points: { value: number }[] }) => series.points[0]?.value,
    );
    expect(p50).toBeGreaterThan(60);
    expect(p50).toBeLessThan(140);
    expect(p99).toBeGreaterThan(2000);
  });

  it.each([
    [{ metric: "vpm" }, "not_available_yet"],
    [{ metric: "speed" }, "invalid_fields"],
    [{ metric: "rpm", step: 10 }, "invalid_fields"],
    [{ metric: "rpm", groupBy: "channel", accountId: crypto.randomUUID() }, "invalid_fields"],
    [{ metric: "latency", groupBy: "model" }, "invalid_fields"],
    [{ metric: "rpm", from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, "invalid_fields"],
    [{ metric: "rpm", from: "2000-01-01T00:00:00Z" }, "invalid_fields"],
  ])("refuse %j", async (query, code) => {
    expect(await chart(query)).toMatchObject({ status: 422, body: { code } });
  });

  it("sum what lies beyond the 8 largest groups as `other`", async () => {
    const createdAtMs = minuteMs - 7_200_000;
    const batch = Array.from({ length: 11 }, (_, index) => index)
      .flatMap((index) => Array.from({ length: 12 - index }, () => `m${String(index).padStart(2, "0")}`))
      .map((model) => ({ ...emptyRow, model, status: 200, createdAtMs, requestId: newId(createdAtMs) }));
    await writeSettlements(
      batch.map((row) => ({ row, held: false, periodStartMs: null })),
      [],
      pool(),
    );
    const from = new Date(createdAtMs).toISOString();
    const to = new Date(createdAtMs + 60_000).toISOString();
    const values = await valuesOf({ metric: "rpm", groupBy: "model", from, to });
    expect(Object.keys(values)).toEqual(["m00", "m01", "m02", "m03", "m04", "m05", "m06", "m07", "other"]);
    expect(values.other).toEqual([4 + 3 + 2]);
  });
});

describe("the overview", () => {
  it("compares now with a week ago and names who moved most", async () => {
    const overview = await api.call(getOverviewOperation);
    expect(overview.body).toMatchObject({
      spendSameTimeLastWeek: "0",
      channels: { active: 1, disabled: 0 },
      accountsInDebt: 1,
      counts: { accounts: 1, keys: 1, channels: 1 },
      errorsLastHour: { requests: 5, errors: 3, share: 0.6 },
    });
  });
});
