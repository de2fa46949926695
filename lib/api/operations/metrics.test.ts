import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import { addPeaks } from "#lib/limits/peak-store";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { getMetricsOperation as metrics } from "./metrics.ts";
import { getOverviewOperation } from "./overview.ts";
import { channelId, type LoggedCalls, startLoggedCalls } from "./testing.ts";

let api: LoggedCalls["api"];
let [accountId, keyId] = ["", ""];
let minuteMs = 0;
let range = { from: "", to: "" };

beforeAll(async () => {
  ({ api, accountId, keyId, minuteMs } = await startLoggedCalls());
  range = { from: new Date(minuteMs).toISOString(), to: new Date(minuteMs + 60_000).toISOString() };
});
afterAll(() => api.stop());

describe("charts", () => {
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

  it("show first tokens, and latency by group or of one key, as one percentile each", async () => {
    const first = await chart({ metric: "firstToken" });
    expect(first.body.series.map((series: { total: number }) => Math.round(series.total / 8))).toEqual([
      2, 3, 3,
    ]);
    expect(Object.keys(await valuesOf({ metric: "latency", groupBy: "model", percentile: "p50" }))).toEqual([
      "sim-chat",
    ]);
    expect(Object.keys(await valuesOf({ metric: "latency", groupBy: "key", accountId }))).toEqual(["Main"]);
    const ofKey = await chart({ metric: "latency", keyId });
    expect(ofKey.body.series[2].total).toBeGreaterThan(2000);
  });

  it("split an account's calls by how they ended", async () => {
    expect(await valuesOf({ metric: "rpm", groupBy: "status", accountId })).toEqual({
      "2xx": [2],
      "4xx": [1],
      "5xx": [1],
    });
    expect(await valuesOf({ metric: "rpm", status: "failed", accountId })).toEqual({ total: [2] });
    expect(await valuesOf({ metric: "rpm", status: "5xx" })).toEqual({ total: [1] });
    expect(await valuesOf({ metric: "errors", groupBy: "status", keyId })).toEqual({
      "4xx": [1],
      "5xx": [1],
    });
  });

  it("count an account's or a key's calls by channel and line from the rows, which no rollup tells", async () => {
    const rows = async (query: Record<string, string | number>) => {
      const { body } = await chart(query);
      expect(body).toMatchObject({ source: "rows", partial: false, scannedTo: null });
      return valuesOf(query);
    };
    expect(await rows({ metric: "rpm", keyId, channelId })).toEqual({ total: [3] });
    expect(await rows({ metric: "rpm", keyId, groupBy: "channel" })).toEqual({ Simulator: [3], none: [1] });
    expect(await rows({ metric: "tpm", accountId, groupBy: "status" })).toEqual(
      await valuesOf({ metric: "tpm", groupBy: "status", model: "sim-chat" }),
    );
    expect(await rows({ metric: "cost", channelId, groupBy: "account" })).toEqual({ Acme: ["0.0004521"] });
    expect(await rows({ metric: "errors", keyId, channelId })).toEqual({ total: [1] });
    expect(await rows({ metric: "ipm", keyId, channelId })).toEqual({ total: [0] });
    const ofKey = await valuesOf({ metric: "latency", keyId });
    expect(await rows({ metric: "latency", keyId, channelId })).toEqual(ofKey);
    expect((await chart({ metric: "rpm", keyId })).body).toMatchObject({ source: "rollups", partial: false });
    const top = await chart({ metric: "rpm", keyId, groupBy: "channel", top: 1 });
    expect(top.body.groups).toEqual({ shown: 1, of: 2 });
    expect(top.body.series.map(({ group }: { group: string }) => group)).toEqual([channelId, "other"]);
  });

  it("take the finest step that can be drawn unless told otherwise, and say what range they tell", async () => {
    const stepOf = async (hours: number) =>
      (await chart({ metric: "rpm", from: new Date(minuteMs - hours * 3_600_000).toISOString() })).body.step;
    expect([await stepOf(1), await stepOf(24), await stepOf(168), await stepOf(720)]).toEqual([
      60, 60, 900, 3600,
    ]);
    const { body } = await chart({ metric: "rpm", groupBy: "model", top: 1 });
    expect(body).toMatchObject({ from: range.from, to: range.to, groups: { shown: 1, of: 2 } });
    expect(Date.parse(body.keptSince)).toBeLessThan(Date.now() - 399 * 86_400_000);
  });

  it("tell the most calls at once: of nodes together, of models, and of accounts and keys under a limit", async () => {
    const at = (more: object, own: number, shared = 0) => ({
      ...{ minuteMs, accountId: "", keyId: "", model: "", own, shared, ...more },
    });
    const ofNodes = [crypto.randomUUID(), crypto.randomUUID()];
    for (const node of ofNodes) {
      await addPeaks(pool(), node, [at({}, 4), at({ model: "sim-chat" }, 3)]);
      await addPeaks(pool(), node, [at({ accountId, model: "sim-chat" }, 0, 5), at({ accountId, keyId }, 1)]);
    }
    const atOnce = (query: Record<string, string> = {}) => valuesOf({ metric: "concurrency", ...query });
    expect(await atOnce()).toEqual({ total: [8] });
    expect(await atOnce({ groupBy: "model" })).toEqual({ "sim-chat": [6] });
    expect(await atOnce({ groupBy: "account" })).toEqual({ Acme: [5] });
    expect(await atOnce({ accountId })).toEqual({ total: [5] });
    expect(await atOnce({ groupBy: "key" })).toEqual({ Main: [2] });
    expect(await atOnce({ keyId, model: "sim-chat" })).toEqual({ total: [0] });
    const hour = { from: new Date(minuteMs - 60_000).toISOString(), step: 3_600 };
    const [series] = (await chart({ metric: "concurrency", ...hour })).body.series;
    expect([series.total, series.peak.value]).toEqual([8, 8]);
  });

  it.each([
    [{ metric: "concurrency", groupBy: "channel" }, "invalid_fields"],
    [{ metric: "concurrency", status: "failed" }, "invalid_fields"],
    [{ metric: "speed" }, "invalid_fields"],
    [{ metric: "rpm", step: 10 }, "invalid_fields"],
    [{ metric: "rpm", groupBy: "model", top: 21 }, "invalid_fields"],
    [{ metric: "latency", groupBy: "key", step: 60, from: "2026-01-01T00:00:00Z" }, "invalid_fields"],
    [{ metric: "rpm", from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, "invalid_fields"],
    [{ metric: "rpm", step: 60, from: "2000-01-01T00:00:00Z" }, "invalid_fields"],
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
      newId,
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
  it("counts what there is, and the last hour's errors", async () => {
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
