import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "#lib/api/serve";
import { testRequest, testUser } from "#lib/api/testing";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import { createKeyOperation } from "./keys.ts";
import {
  listByIpOperation as byIp,
  exportLogsOperation as exportLogs,
  getLogHistogramOperation as histogram,
  listIpDaysOperation as ipDays,
} from "./log-reports.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let [accountId, keyId, otherKeyId] = ["", "", ""];
const hour = 3_600_000;
const nowMs = Date.now();
// Ten days ago at noon, and an hour ago: two days of the rollup, one within the last 24 h.
const longAgoMs = Math.floor(nowMs / (24 * hour)) * 24 * hour - 10 * 24 * hour + 12 * hour;
const lately = nowMs - hour;

const call = (createdAtMs: number, ip: string, more: Partial<RequestLogRow> = {}): RequestLogRow => ({
  ...emptyRow,
  requestId: newId(createdAtMs),
  createdAtMs,
  accountId,
  keyId,
  groupId: "default",
  endpoint: "/v1/chat/completions",
  model: "sim-chat",
  status: 200,
  ip,
  userAgent: "curl/8",
  promptTokens: 10,
  completionTokens: 5,
  costNanoUsd: 1_000n,
  ...more,
});

async function write(rows: readonly RequestLogRow[]): Promise<void> {
  const batch = rows.map((row) => ({ held: false, periodStartMs: null, row }));
  await writeSettlements(batch, newId);
}

beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
  const make = async (name: string) =>
    (await api.call(createKeyOperation, { body: { accountId, name } })).body.id;
  keyId = await make("Main");
  otherKeyId = await make("Other");
  const rows = [
    call(longAgoMs, "203.0.113.7"),
    call(longAgoMs + 1, "203.0.113.8", { userAgent: "python" }),
    call(lately, "203.0.113.7", { userAgent: "newer" }),
    call(lately + 1, "198.51.100.4", { costNanoUsd: 9_000n }),
    call(lately + 2, "198.51.100.4", { status: 429, costNanoUsd: 0n, promptTokens: 0, completionTokens: 0 }),
    call(lately + 3, "2001:db8:1:2::3", { keyId: otherKeyId }),
    call(lately + 4, "2001:db8:1:ffff::4", { keyId: otherKeyId }),
  ];
  await write(rows);
});
afterAll(() => api.stop());

const report = async (query: Record<string, string | number>) => (await api.call(byIp, { query })).body;

describe("the report by IP", () => {
  it("sums each address over whole days, the latest first", async () => {
    const { items, precision } = await report({ keyId });
    expect(precision).toBe("day");
    expect(items).toMatchObject([
      { ip: "198.51.100.4", requests: 2, errors: 1, cost: "0.000009", promptTokens: 10, completionTokens: 5 },
      {
        ip: "203.0.113.7",
        requests: 2,
        errors: 0,
        cost: "0.000002",
        keys: 1,
        accounts: 1,
        userAgent: "newer",
      },
      { ip: "203.0.113.8", requests: 1, userAgent: "python" },
    ]);
    expect(items[1].firstSeen).toBe(new Date(longAgoMs).toISOString());
    expect(items[1].lastSeen).toBe(new Date(lately).toISOString());
  });

  it("counts a short range call by call, and marks where the key was never used from before", async () => {
    const { items, precision } = await report({ keyId, from: new Date(lately).toISOString() });
    expect(precision).toBe("call");
    expect(items).toMatchObject([
      { ip: "198.51.100.4", requests: 2, isNew: true },
      { ip: "203.0.113.7", requests: 1, isNew: false },
    ]);
  });

  it("groups by network: /24, and /48 for IPv6", async () => {
    const { items } = await report({ accountId, by: "network", sort: "requests" });
    expect(items.map((item: { ip: string }) => item.ip).sort()).toEqual([
      "198.51.100.0/24",
      "2001:db8:1::/48",
      "203.0.113.0/24",
    ]);
    expect(items[0]).toMatchObject({ ip: "203.0.113.0/24", requests: 3, addresses: 2 });
  });

  it("pages through every address once, whatever it is sorted by", async () => {
    for (const sort of ["lastSeen", "requests", "cost", "errors"]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page = await report({ accountId, sort, limit: 2, ...(cursor === "" ? {} : { cursor }) });
        seen.push(...page.items.map((item: { ip: string }) => item.ip));
        cursor = page.nextCursor;
      }
      expect(seen).toHaveLength(5);
      expect(new Set(seen).size).toBe(5);
    }
  });

  it("filters by address and by network, mapped spellings too", async () => {
    const ips = async (query: Record<string, string>) =>
      (await report({ accountId, ...query })).items.map((item: { ip: string }) => item.ip);
    expect(await ips({ ip: "::ffff:203.0.113.8" })).toEqual(["203.0.113.8"]);
    expect(await ips({ cidr: "2001:db8:1:2::/64" })).toEqual(["2001:db8:1:2::3"]);
  });

  it.each([
    [{ ip: "somewhere" }, "ip"],
    [{ cidr: "10.0.0.0/99" }, "cidr"],
    [{ from: "2026-11-22T00:00:00Z", to: "2026-11-21T00:00:00Z" }, "to"],
    [{ cursor: "eA" }, "cursor"],
    [{ by: "country" }, "by"],
  ])("refuses %j by field", async (query, field) => {
    const { status, body } = await api.call(byIp, { query });
    expect(status).toBe(422);
    expect(Object.keys(body.fields)).toEqual([field]);
  });

  it("refuses a cursor of another order or filter", async () => {
    const { nextCursor } = await report({ accountId, limit: 1, sort: "cost" });
    const { status } = await api.call(byIp, {
      query: { accountId, limit: 1, sort: "requests", cursor: nextCursor },
    });
    expect(status).toBe(400);
  });

  it("tells which keys an address used, day by day", async () => {
    const { body } = await api.call(ipDays, { query: { cidr: "2001:db8::/32", limit: 1 } });
    expect(body.items).toMatchObject([
      { ip: "2001:db8:1:ffff::4", keyId: otherKeyId, keyName: "Other", accountName: "Acme" },
    ]);
    const next = await api.call(ipDays, {
      query: { cidr: "2001:db8::/32", limit: 1, cursor: body.nextCursor },
    });
    expect(next.body).toMatchObject({ items: [{ ip: "2001:db8:1:2::3" }], nextCursor: null });
  });
});

describe("the bars over a list", () => {
  const bars = async (query: Record<string, string | number>) => {
    const from = new Date(lately - 60_000).toISOString();
    const { body } = await api.call(histogram, { query: { from, ...query } });
    const sum = (name: string) =>
      body.bars.reduce((total: number, bar: Record<string, number>) => total + (bar[name] ?? 0), 0);
    return { ...body, counts: [sum("succeeded"), sum("refused"), sum("failed")] };
  };

  it("count the calls of a filter, from rollups or from the rows, whatever knows it", async () => {
    expect(await bars({ keyId })).toMatchObject({ source: "rollups", partial: false, counts: [2, 1, 0] });
    expect(await bars({ accountId, model: "sim-chat" })).toMatchObject({
      source: "rollups",
      counts: [4, 1, 0],
    });
    expect(await bars({ ip: "198.51.100.4" })).toMatchObject({
      source: "rows",
      partial: false,
      counts: [1, 1, 0],
    });
    expect(await bars({ keyId, status: 429 })).toMatchObject({ source: "rows", counts: [0, 1, 0] });
    expect((await bars({ keyId, bars: 5 })).bars.length).toBeLessThanOrEqual(5);
    expect((await api.call(histogram, { query: { cidr: "10.0.0.0/99" } })).status).toBe(422);
  });
});

describe("the export of request logs", () => {
  async function download(search: string) {
    const { cookie } = await testUser("operator");
    return serve(exportLogs)(testRequest("GET", `/api/logs/export?${search}`, { cookie }));
  }

  it("has every row of the filter, in the columns asked for", async () => {
    const response = await download(`accountId=${accountId}&columns=ip,status,cost&format=csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="request-logs.csv"');
    const lines = (await response.text()).split("\r\n");
    expect(lines).toHaveLength(9);
    expect(lines.slice(0, 2)).toEqual(["ip,status,cost", "2001:db8:1:ffff::4,200,0.000001"]);
  });

  it("pages through more rows than it holds at once, each once", async () => {
    const many = Array.from({ length: 2_500 }, (_, index) =>
      call(lately - index, "192.0.2.1", { keyId: otherKeyId }),
    );
    await write(many);
    const text = await (await download("ip=192.0.2.1&format=ndjson&columns=requestId,createdAt")).text();
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(2_500);
    expect(new Set(rows.map((row) => row.requestId))).toEqual(new Set(many.map((row) => row.requestId)));
    expect(rows[0].createdAt > rows[2_499].createdAt).toBe(true);
  });

  it("refuses columns and filters that are none, before the first byte", async () => {
    for (const search of ["columns=ip,secret", "columns=", "ip=nowhere", "format=xlsx", "limit=5"]) {
      expect((await download(search)).status, search).toBe(422);
    }
  });
});
