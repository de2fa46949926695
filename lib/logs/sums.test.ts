import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { hourMs, minuteMs } from "#lib/core/time";
import { pool } from "#lib/db/pool";
import { getMetrics } from "#lib/metrics/service";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { emptyRow, type RequestLogRow } from "./row.ts";
import { sumRollups } from "./sums-service.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

const [accountId, keyId] = [newId(), newId()];
// Noon, three days ago: its day is over.
const noon = Math.floor(Date.now() / (24 * hourMs)) * 24 * hourMs - 3 * 24 * hourMs + 12 * hourMs;
const call = (createdAtMs: number, more: Partial<RequestLogRow> = {}): RequestLogRow => ({
  ...emptyRow,
  requestId: newId(createdAtMs),
  createdAtMs,
  accountId,
  keyId,
  model: "m",
  status: 200,
  latencyMs: 100,
  promptTokens: 7,
  costNanoUsd: 3n,
  ...more,
});

async function write(rows: RequestLogRow[]): Promise<void> {
  const batch = rows.map((row) => ({ row, held: false, periodStartMs: null }));
  await writeSettlements(batch, newId);
}

const sum = () => sumRollups(new AbortController().signal);
const chart = async (query: Partial<Parameters<typeof getMetrics>[0]>) => {
  const [from, to] = [new Date(noon - 12 * hourMs).toISOString(), new Date(noon + 12 * hourMs).toISOString()];
  const { series } = await getMetrics({ metric: "rpm", from, to, top: 8, percentile: "p95", ...query });
  return Object.fromEntries(series.map(({ group, total }) => [group, total]));
};
const spans = async () =>
  (
    await pool().query(
      "SELECT span, count(*)::int AS n, count(*) FILTER (WHERE stale)::int AS stale FROM hot.rollup_span WHERE start >= $1 AND start < $2 GROUP BY 1 ORDER BY 1",
      [new Date(noon - 12 * hourMs), new Date(noon + 12 * hourMs)],
    )
  ).rows;

describe("sums of hours and days", () => {
  const questions = [
    { metric: "rpm", step: 3600 },
    { metric: "rpm", step: 86_400, groupBy: "model" },
    { metric: "tpm", step: 86_400, accountId },
    { metric: "cost", step: 3600, groupBy: "key" },
    { metric: "errors", step: 86_400, groupBy: "status", keyId },
    { metric: "rpm", step: 60, groupBy: "model" },
    { metric: "tpm", step: 300, keyId },
    { metric: "errors", step: 3600, groupBy: "status" },
    { metric: "rpm", step: 900, status: "failed" },
    { metric: "cost", step: 60, accountId, groupBy: "account" },
    { metric: "rpm", step: 3600, accountId, model: "m" },
    { metric: "rpm", step: 60, groupBy: "model", top: 1 },
    { metric: "tpm", step: 3600, groupBy: "model", top: 1 },
    { metric: "cost", step: 86_400, groupBy: "model", top: 1 },
    { metric: "latency", step: 86_400 },
    { metric: "latency", step: 3600, groupBy: "account" },
    { metric: "firstToken", step: 86_400, keyId },
  ] as const;
  const answers = () => Promise.all(questions.map(chart));

  it("answer every chart as the minutes do", async () => {
    await write([
      call(noon, { firstTokenMs: 40 }),
      call(noon + 1, { model: "n", status: 429, costNanoUsd: 0n, promptTokens: 0 }),
      call(noon + 5 * minuteMs, { status: 502, latencyMs: 3_000, costNanoUsd: 0n, promptTokens: 0 }),
      call(noon + 3 * hourMs, { latencyMs: 7 }),
    ]);
    const before = await answers();
    expect(before[0]).toEqual({ total: 4 });
    expect((await sum()).days).toBeGreaterThan(0);
    expect(await spans()).toEqual([
      { span: "day", n: 1, stale: 0 },
      { span: "hour", n: 24, stale: 0 },
    ]);
    // The minutes lie about it now, and nobody asks them.
    await pool().query("UPDATE hot.rollup_minute_key SET requests = 999, cost = 999");
    await pool().query("UPDATE hot.rollup_minute_model SET requests = 999");
    expect(await answers()).toEqual(before);
    await pool().query(
      "UPDATE hot.rollup_minute_key SET requests = 1, cost = CASE WHEN errors = 0 THEN 3 ELSE 0 END",
    );
    await pool().query("UPDATE hot.rollup_minute_model SET requests = 1");
  });

  it("count what a node brings late at once, from the minutes, and again after the next run", async () => {
    await write([call(noon + 2 * minuteMs)]);
    expect(await spans()).toEqual([
      { span: "day", n: 1, stale: 1 },
      { span: "hour", n: 24, stale: 1 },
    ]);
    const late = await answers();
    expect(late.slice(0, 3)).toEqual([{ total: 5 }, { m: 4, n: 1 }, { total: 21 }]);
    expect(await sum()).toEqual({ hours: 1, days: 1 });
    expect(await answers()).toEqual(late);
    expect((await spans()).map(({ stale }) => stale)).toEqual([0, 0]);
  });

  it("leave the hour that runs, and the one before, to the minutes", async () => {
    await write([call(Date.now() - minuteMs), call(Date.now() - hourMs)]);
    await sum();
    const { rows } = await pool().query("SELECT max(start) AS last FROM hot.rollup_span WHERE NOT stale");
    expect(rows[0].last.getTime()).toBeLessThanOrEqual(Date.now() - 2 * hourMs);
  });
});
