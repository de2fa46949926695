import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchOnce } from "#lib/alerts/live";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { watches } from "#lib/gateway/upkeep/live";
import { emptyRow } from "#lib/logs/row";
import { findUnpriced } from "#lib/pricing/unpriced-store";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import { listAlertsOperation } from "./alerts.ts";
import { createChannelOperation } from "./channels.ts";
import {
  createPriceVersionOperation as create,
  previewPriceVersionOperation as preview,
  publishPriceVersionOperation as publish,
} from "./prices.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

const draftOf = (entries: object[]) => api.call(create, { body: { entries } });
const published = async (entries: object[]) => {
  const { id } = (await draftOf(entries)).body;
  return (await api.call(publish, { params: { id }, body: {} })).body;
};

const usedAt = (createdAtMs: number, model: string, costNanoUsd: bigint) => ({
  held: false,
  periodStartMs: null,
  row: {
    ...emptyRow,
    requestId: newId(),
    createdAtMs,
    accountId,
    groupId: "default",
    model,
    status: 200,
    promptTokens: 100_000,
    completionTokens: 100_000,
    usageSource: "upstream" as const,
    priceVersionId: newId(),
    costNanoUsd,
  },
});

describe("a preview", () => {
  it("tries a draft on what was really used: revenue, who pays more, what would be refused", async () => {
    const used = (model: string, costNanoUsd: bigint) => usedAt(Date.now(), model, costNanoUsd);
    const settlements = [used("claude-sonnet-4-5", 1_800_000_000n), used("gemini-2.5-flash", 1_800_000_000n)];
    await writeSettlements(settlements, newId, pool());
    const { id } = (
      await draftOf([
        { model: "claude-sonnet-4-5", price: { output: "16" }, reason: "Dearer" },
        { model: "gemini-2.5-flash", withdrawn: true },
      ])
    ).body;
    const { status, body } = await api.call(preview, { params: { id }, body: { days: 7 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      days: 7,
      requests: 2,
      billed: "3.6",
      accountsThatPayLess: 1,
      refused: [{ model: "gemini-2.5-flash", requests: 1 }],
    });
    const sonnet = body.models.find((one: { model: string }) => one.model === "claude-sonnet-4-5");
    expect(sonnet).toMatchObject({ before: "1.8", after: "1.9", official: "1.8", change: "0.1" });
    expect(body.outsideOfficial).toContain("claude-sonnet-4-5");
    expect(body.accounts).toMatchObject([{ accountId, name: "Acme" }]);
  });

  it("knows at which hour calls came, also of a model that had no hours so far", async () => {
    const day = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
    const at = (time: string) => day + Date.parse(`1970-01-01T${time}Z`);
    const settlements = ["01:00:00", "03:59:59", "04:00:00", "23:30:00"].flatMap((time) => [
      usedAt(at(time), "deepseek-v4-flash", 0n),
      usedAt(at(time), "claude-haiku-4-5", 0n),
    ]);
    await writeSettlements(settlements, newId, pool());
    const { id } = (
      await draftOf([
        { model: "deepseek-v4-flash", hours: [] },
        {
          model: "claude-haiku-4-5",
          hours: [{ from: "23:30", to: "04:00", factors: { input: "1/2", output: "1/2" } }],
        },
      ])
    ).body;
    const { body } = await api.call(preview, { params: { id }, body: { days: 7 } });
    const of = (id: string) => body.models.find(({ model }: { model: string }) => model === id);
    // $0.22 and $0.66 a million, twice that from 01:00 to 04:00 and from 06:00 to 10:00.
    expect(of("deepseek-v4-flash")).toMatchObject({
      requests: 4,
      before: "0.528",
      official: "0.528",
      after: "0.352",
    });
    // $1 and $5: half of it for three of the four.
    expect(of("claude-haiku-4-5")).toMatchObject({ requests: 4, before: "2.4", after: "1.5" });
  });
});

/** The alert of models without a price, once this node has looked. */
async function unpricedAlert() {
  await watchOnce(watches, pool());
  const { items } = (await api.call(listAlertsOperation, { query: { kind: "model_unpriced" } })).body;
  return items[0];
}

it("warns of models that a channel serves and nothing prices, until they are priced", async () => {
  const before = await findUnpriced(pool());
  await api.call(createChannelOperation, {
    body: { name: "House", provider: "simulator", models: ["house-made", "gpt-4o-mini"] },
  });
  const unpriced = [...before, "house-made"].sort();
  expect(await findUnpriced(pool())).toEqual(unpriced);
  const data = { count: unpriced.length, models: unpriced.join(", ") };
  expect(await unpricedAlert()).toMatchObject({ severity: "warning", data, resolvedAt: null });
  const { id } = await published([{ model: "house-made", price: { input: "1", output: "2" } }]);
  expect(await findUnpriced(pool())).toContain("house-made");
  await prisma().$executeRaw`ALTER TABLE price_version DISABLE TRIGGER price_version_immutable`;
  await prisma().$executeRaw`UPDATE price_version SET effective_at = now() WHERE id = ${id}::uuid`;
  await prisma().$executeRaw`ALTER TABLE price_version ENABLE TRIGGER price_version_immutable`;
  expect(await findUnpriced(pool())).toEqual(before);
  expect(before).toEqual([]);
  expect((await unpricedAlert()).resolvedAt).not.toBeNull();
});
