import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { emptyRow } from "#lib/logs/row";
import { findUnpriced } from "#lib/pricing/unpriced-store";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
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

describe("a preview", () => {
  it("tries a draft on what was really used: revenue, who pays more, what would be refused", async () => {
    const used = (model: string, costNanoUsd: bigint) => ({
      held: false,
      periodStartMs: null,
      row: {
        ...emptyRow,
        requestId: newId(),
        createdAtMs: Date.now(),
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
    const settlements = [used("claude-sonnet-4-5", 1_800_000_000n), used("gemini-2.5-flash", 1_800_000_000n)];
    await writeSettlements(settlements, [], pool());
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
});

it("warns of models that a channel serves and nothing prices, until they are priced", async () => {
  const before = await findUnpriced(pool());
  await api.call(createChannelOperation, {
    body: { name: "House", provider: "simulator", models: ["house-made", "gpt-4o-mini"] },
  });
  expect(await findUnpriced(pool())).toEqual([...before, "house-made"].sort());
  const { id } = await published([{ model: "house-made", price: { input: "1", output: "2" } }]);
  expect(await findUnpriced(pool())).toContain("house-made");
  await prisma().$executeRaw`ALTER TABLE price_version DISABLE TRIGGER price_version_immutable`;
  await prisma().$executeRaw`UPDATE price_version SET effective_at = now() WHERE id = ${id}::uuid`;
  await prisma().$executeRaw`ALTER TABLE price_version ENABLE TRIGGER price_version_immutable`;
  expect(await findUnpriced(pool())).toEqual(before);
});
