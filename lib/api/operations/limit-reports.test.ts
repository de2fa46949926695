import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { dryRun } from "#lib/limits/dry-run-service";
import { findNearLimits } from "#lib/limits/near-service";
import { addPeaks } from "#lib/limits/peak-store";
import { addRefusals } from "#lib/limits/refusal-store";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import { createKeyOperation } from "./keys.ts";
import { dryRunLimitOperation, limitHistoryOperation, putLimitsOperation } from "./limit-reports.ts";
import { limitRefusalsOperation } from "./limit-usage.ts";
import { listLimitsOperation, putLimitOperation } from "./limits.ts";
import { startTestApi } from "./testing.ts";

const model = "sim-chat";
let api: Awaited<ReturnType<typeof startTestApi>>;
let acme: { accountId: string; keyId: string };
let other: { accountId: string; keyId: string };
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  [acme, other] = [await makeAccount("Acme"), await makeAccount("Other")];
});
afterAll(() => api.stop());

async function makeAccount(name: string) {
  const accountId: string = (await api.call(createAccountOperation, { body: { name } })).body.id;
  const key = await api.call(createKeyOperation, { body: { accountId, name: "Key" } });
  return { accountId, keyId: key.body.id as string };
}

type Whose = { accountId: string; keyId: string };
async function log(whose: Whose, atMs: number, values: Partial<RequestLogRow> = {}): Promise<void> {
  const row = {
    ...emptyRow,
    ...whose,
    requestId: newId(atMs),
    createdAtMs: atMs,
    groupId: "default",
    endpoint: "/v1/chat/completions",
    model,
    channelId: "00000000-0000-7000-8000-000000000001",
    status: 200,
    promptTokens: 40,
    completionTokens: 10,
    ...values,
  };
  await writeSettlements([{ row, held: false, periodStartMs: null }], newId, pool());
}

const refusal = {
  status: 429,
  errorCode: "rate_limit_exceeded",
  channelId: null,
  promptTokens: 0,
  completionTokens: 0,
};
/** Five calls of Acme within a minute an hour ago, two of Other, and one that was refused. */
const hourAgo = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
beforeAll(async () => {
  for (const second of [1, 2, 3, 4, 5]) await log(acme, hourAgo + second * 1000);
  for (const second of [1, 2]) await log(other, hourAgo + second * 1000);
  await log(acme, hourAgo + 6_000, refusal);
  await log(acme, hourAgo + 7_000, { model: "another" });
});

describe("a dry run of the last 24 h", () => {
  const body = { scope: "default", model, metric: "rpm", value: 3 } as const;

  it("says how many calls a limit would have refused, of which accounts, and changes nothing", async () => {
    const answer = await api.call(dryRunLimitOperation, { body });
    expect(answer.body).toMatchObject({
      isPartial: false,
      calls: 8,
      wouldRefuse: 3,
      refusedThen: 1,
      accounts: [{ accountId: acme.accountId, name: "Acme", calls: 6, wouldRefuse: 3 }],
      accountCount: 1,
    });
    const { items } = (await api.call(listLimitsOperation, { query: { model } })).body;
    expect(items).toEqual([]);
  });

  it("reads only what a limit is about", async () => {
    const of = (more: object) => api.call(dryRunLimitOperation, { body: { ...body, ...more } });
    const account = { scope: "account", scopeId: other.accountId, value: 1 };
    expect((await of(account)).body).toMatchObject({ calls: 2, wouldRefuse: 1 });
    expect((await of({ scope: "key", scopeId: acme.keyId, model: null })).body).toMatchObject({ calls: 7 });
    expect((await of({ scope: "group", scopeId: "training" })).body).toMatchObject({ calls: 0 });
    expect((await of({ metric: "tpm", value: 120 })).body).toMatchObject({ calls: 7, wouldRefuse: 3 });
    expect((await of({ scope: "key", scopeId: "nobody" })).status).toBe(422);
  });

  it("keeps to its budget and says of which part of the day it speaks", async () => {
    await log(acme, hourAgo + 600_000);
    const few = await dryRun(body, new Date(), { mostCalls: 3, mostMs: 5_000 });
    expect(few).toMatchObject({ isPartial: true, calls: 1 });
    expect(Date.parse(few.from)).toBeGreaterThan(hourAgo + 10_000);
    const late = await dryRun(body, new Date(), { mostCalls: 1000, mostMs: -1 });
    expect(late.isPartial).toBe(true);
    expect(Date.parse(late.to)).toBeLessThan(Date.now() - 3_600_000);
  });
});

describe("the history of a limit", () => {
  it("is a chart of an account's fullest minutes beside the limit that applies", async () => {
    const scope = { scope: "account", scopeId: acme.accountId, model };
    await api.call(putLimitOperation, { body: { ...scope, metric: "rpm", value: 9 } });
    const query = { accountId: acme.accountId, model, metric: "rpm", span: "24h" };
    const { body } = await api.call(limitHistoryOperation, { query });
    expect(body).toMatchObject({ limit: 9, peak: 5 });
    const points: { peak: number; refused: number }[] = body.points;
    expect(points.reduce((sum, { refused }) => sum + refused, 0)).toBe(1);
    expect(points).toHaveLength(96);
    const vpm = await api.call(limitHistoryOperation, { query: { ...query, metric: "vpm" } });
    expect(vpm.body).toMatchObject({ peak: 0, limit: null });
  });
});

describe("what limits refused", () => {
  it("names whose limit it was", async () => {
    const of = {
      scope: "key",
      scopeId: acme.keyId,
      model: "refused-often",
      metric: "rpm",
      shadow: false,
    } as const;
    await addRefusals(pool(), [{ ...of, accountId: acme.accountId, count: 7 }]);
    const { items } = (await api.call(limitRefusalsOperation, { query: { by: "limit" } })).body;
    const found = items.filter(({ model: on }: { model: string }) => on === of.model);
    expect(found).toMatchObject([{ scope: "key", scopeName: "Key", metric: "rpm", refused: 7 }]);
  });
});

describe("many limits at once", () => {
  const change = (metric: string, value: number | null, more = {}) => ({
    scope: "default",
    model: "batch",
    metric,
    value,
    ...more,
  });
  const standing = async () => {
    const { items } = (await api.call(listLimitsOperation, { query: { model: "batch" } })).body;
    return Object.fromEntries(
      items.map((item: { metric: string; value: number }) => [item.metric, item.value]),
    );
  };

  it("are set and taken away together, each with its audit entry", async () => {
    const changes = [change("rpm", 10), change("tpm", 20, { shadow: true })];
    expect((await api.call(putLimitsOperation, { body: { changes } })).body).toEqual({ changed: 2 });
    expect(await standing()).toEqual({ rpm: 10, tpm: 20 });
    const next = [change("rpm", null), change("tpm", 40, { expected: 20 })];
    await api.call(putLimitsOperation, { body: { changes: next } });
    expect(await standing()).toEqual({ tpm: 40 });
    const entries = await prisma().auditEntry.findMany({
      where: { targetType: "limit" },
      orderBy: { id: "desc" },
    });
    expect(entries.slice(0, 2).map(({ action }) => action)).toEqual(["limit.set", "limit.delete"]);
    expect(entries[0]).toMatchObject({
      before: { value: "20", shadow: true },
      after: { value: "40", shadow: true },
    });
  });

  it("stay as they are where one of them is not what it was when it was looked at", async () => {
    const changes = [change("ipm", 5), change("tpm", 1, { expected: 20 })];
    const answer = await api.call(putLimitsOperation, { body: { changes } });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "limit_changed", limits: [{ metric: "tpm" }] },
    });
    expect(await standing()).toEqual({ tpm: 40 });
    const twice = await api.call(putLimitsOperation, {
      body: { changes: [change("rpm", 1), change("rpm", 2)] },
    });
    expect(twice.status).toBe(422);
  });
});

describe("an account that comes near a limit", () => {
  it("raises an alert, and is written to once a day where the setting says so", async () => {
    const mails = () => prisma().mail.findMany({ where: { template: "limit-near" } });
    await prisma().account.update({ where: { id: other.accountId }, data: { email: "other@example.com" } });
    await prisma().setting.create({ data: { key: "limits.mailNear", value: true } });
    const scope = { scope: "account", scopeId: other.accountId, model, metric: "rpm" };
    await api.call(putLimitOperation, { body: { ...scope, value: 2 } });
    const soon = (seconds: number) => new Date(hourAgo + seconds * 1000);
    const causes = await findNearLimits(pool(), soon(70));
    expect(causes).toMatchObject([
      { data: { account: "Other", model, metric: "rpm", used: 2, limit: 2, share: 100 } },
    ]);
    expect((await mails()).map(({ to }) => to)).toEqual(["other@example.com"]);
    await findNearLimits(pool(), soon(130));
    await findNearLimits(pool(), soon(71));
    expect(await mails()).toHaveLength(1);
  });
});

describe("calls at once and videos", () => {
  it("are shown beside their limits, and raise the alert", async () => {
    const minuteMs = hourAgo + 1_200_000;
    const ran = (more: object, own: number) => ({
      ...{ minuteMs, accountId: acme.accountId, keyId: "", model: "busy", own, shared: 0, ...more },
    });
    await addPeaks(pool(), crypto.randomUUID(), [ran({}, 8), ran({ minuteMs: minuteMs + 60_000 }, 3)]);
    await log(acme, minuteMs + 1_000, { model: "busy", endpoint: "/v1/videos" });
    const scope = { scope: "account", scopeId: acme.accountId, model: "busy" };
    await api.call(putLimitOperation, { body: { ...scope, metric: "concurrency", value: 10 } });
    await api.call(putLimitOperation, { body: { ...scope, metric: "vpm", value: 1 } });
    const historyOf = async (metric: string) =>
      (await api.call(limitHistoryOperation, { query: { accountId: acme.accountId, model: "busy", metric } }))
        .body;
    expect(await historyOf("concurrency")).toMatchObject({ limit: 10, peak: 8 });
    expect(await historyOf("vpm")).toMatchObject({ limit: 1, peak: 1 });
    const causes = await findNearLimits(pool(), new Date(minuteMs + 65_000));
    expect(causes.filter(({ data }) => data.model === "busy")).toMatchObject([
      { data: { metric: "vpm", used: 1, limit: 1 } },
      { data: { metric: "concurrency", used: 8, limit: 10, share: 80 } },
    ]);
    const tried = { scope: "account", scopeId: acme.accountId, model: "busy", metric: "vpm", value: 0 };
    expect((await api.call(dryRunLimitOperation, { body: tried })).body).toMatchObject({
      calls: 1,
      wouldRefuse: 1,
    });
  });
});
