import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFraction } from "#lib/core/fraction";
import { rollUp } from "#lib/logs/rollup";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { billUsage } from "./bill.ts";
import { ratePreview, type UsageCell } from "./preview.ts";
import { emptyState, type PriceState } from "./state.ts";
import type { PriceComponents } from "./units.ts";
import { noUsage } from "./usage.ts";

const count = fc.nat(300_000);
const row = fc
  .record({
    accountId: fc.constantFrom("a", "b"),
    groupId: fc.constantFrom("default", "training"),
    model: fc.constantFrom("plain", "tiered", "gone"),
    promptTokens: fc.nat(600_000),
    completionTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens5m: count,
    cacheWriteTokens1h: count,
    audioInputTokens: count,
    imageOutputTokens: count,
    reasoningTokens: count,
  })
  .map(
    (made): RequestLogRow => ({
      ...emptyRow,
      ...made,
      requestId: "r",
      createdAtMs: Date.UTC(2026, 10, 20),
      status: 200,
      usageSource: "upstream",
      priceVersionId: "v",
      costNanoUsd: 5n,
    }),
  );

const plain: PriceComponents = {
  input: makeFraction(150n, 7n),
  output: makeFraction(601n, 1n),
  cacheRead: makeFraction(75n, 2n),
  reasoning: makeFraction(900n, 1n),
};
const tiered: PriceComponents = {
  ...plain,
  tiers: [
    { above: 128_000, factors: { input: makeFraction(2n, 1n) } },
    { above: 272_000, factors: { input: makeFraction(3n, 1n), output: makeFraction(5n, 3n) } },
  ],
};
const state: PriceState = {
  ...emptyState,
  models: new Map([
    ["plain", plain],
    ["tiered", tiered],
  ]),
  groups: new Map([
    ["default", makeFraction(1n, 1n)],
    ["training", makeFraction(9n, 11n)],
  ]),
  accounts: new Map([
    [
      "b plain",
      {
        accountId: "b",
        modelId: "plain",
        components: { input: makeFraction(1n, 3n), output: makeFraction(2n, 1n) },
      },
    ],
  ]),
};

function cellsOf(rows: readonly RequestLogRow[]): UsageCell[] {
  return rollUp(rows).usageDays.map((cell) => ({
    ...cell,
    tokens: cell.tokens.map(BigInt),
    images: BigInt(cell.images),
    seconds: BigInt(cell.seconds),
    characters: BigInt(cell.characters),
    billed: cell.cost,
  }));
}

/** What a call costs, by the one function that says it. */
function bill(one: RequestLogRow): bigint {
  const own = state.accounts.get(`${one.accountId} ${one.model}`)?.components;
  const components = own ?? state.models.get(one.model ?? "");
  const groupMultiplier = state.groups.get(one.groupId ?? "");
  if (components === undefined || groupMultiplier === undefined) return 0n;
  const made = billUsage({ usage: { ...noUsage, ...usageOf(one), calls: 1 }, components, groupMultiplier });
  return made.priced ? made.costNanoUsd : 0n;
}

function usageOf(one: RequestLogRow) {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens5m, cacheWriteTokens1h } = one;
  const { audioInputTokens, imageOutputTokens, reasoningTokens } = one;
  const counted = { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens5m, cacheWriteTokens1h };
  return { ...counted, audioInputTokens, imageOutputTokens, reasoningTokens };
}

describe("the preview", () => {
  it("says what every call would have been billed, to ±0.5 nano-USD per request, from the rollup alone", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const { total, accounts, refused } = ratePreview(
          cellsOf(rows),
          { before: emptyState, after: state },
          () => undefined,
        );
        const exact = rows.reduce((sum, one) => sum + bill(one), 0n);
        const off = total.after > exact ? total.after - exact : exact - total.after;
        expect(2n * off).toBeLessThanOrEqual(BigInt(rows.length));
        expect(total).toMatchObject({ requests: rows.length, before: 0n, billed: 5n * BigInt(rows.length) });
        expect([...accounts.values()].reduce((sum, { after }) => sum + after, 0n)).toBe(total.after);
        expect(refused.get("gone") ?? 0).toBe(rows.filter(({ model }) => model === "gone").length);
      }),
      { numRuns: 300 },
    );
  });

  it("rates the same usage at official prices without the line's multiplier", () => {
    const one = { ...emptyRow, accountId: "a", groupId: "training", model: "plain", createdAtMs: 0 };
    const rows: RequestLogRow[] = [
      { ...one, promptTokens: 10, status: 200, usageSource: "upstream", priceVersionId: "v" },
    ];
    const official = { input: makeFraction(100n, 1n), output: makeFraction(1n, 1n) };
    const { total } = ratePreview(cellsOf(rows), { before: state, after: state }, () => official);
    expect(total.official).toBe(1000n);
  });
});
