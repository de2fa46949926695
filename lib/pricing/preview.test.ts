import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeFraction } from "#lib/core/fraction";
import { rollUp, type UsageDay } from "#lib/logs/rollup";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { billUsage } from "./bill.ts";
import { pricesAtHour } from "./hours.ts";
import { askedOfKind, pricesOfImage } from "./image-prices.ts";
import { ratePreview } from "./preview.ts";
import { emptyState, type PriceState } from "./state.ts";
import type { PriceComponents } from "./units.ts";
import { noUsage } from "./usage.ts";
import { conditionalModels, type DayCell, splitCells, type UsageCell } from "./usage-cells.ts";

const count = fc.nat(300_000);
const row = fc
  .record({
    accountId: fc.constantFrom("a", "b"),
    groupId: fc.constantFrom("default", "training"),
    model: fc.constantFrom("plain", "tiered", "hourly", "pictures", "gone"),
    createdAtMs: fc.integer({ min: Date.UTC(2026, 10, 20), max: Date.UTC(2026, 10, 22) - 1 }),
    images: fc.nat(4),
    imageKind: fc.constantFrom(undefined, "hd", "512x512", "512x512 hd", "9x9", "?"),
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
    ({ images, imageKind, ...made }): RequestLogRow => ({
      ...emptyRow,
      ...made,
      ...(made.model === "pictures" ? { images } : {}),
      ...(made.model === "pictures" && images > 0 && imageKind !== undefined ? { imageKind } : {}),
      requestId: "r",
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
const hourly: PriceComponents = {
  ...tiered,
  hours: [
    { from: 60, to: 240, factors: { input: makeFraction(2n, 1n), cacheRead: makeFraction(1n, 3n) } },
    { from: 990, to: 30, factors: { output: makeFraction(1n, 2n) } },
  ],
};
const pictures: PriceComponents = {
  ...hourly,
  image: makeFraction(40_000_001n, 3n),
  hours: [{ from: 720, to: 1080, factors: { image: makeFraction(1n, 7n) } }],
  images: [
    { size: "1024x1024", quality: "standard", factor: makeFraction(1n, 1n) },
    { size: "1024x1024", quality: "hd", factor: makeFraction(2n, 1n) },
    { size: "512x512", quality: "standard", factor: makeFraction(2n, 3n) },
  ],
};
const state: PriceState = {
  ...emptyState,
  models: new Map([
    ["plain", plain],
    ["tiered", tiered],
    ["hourly", hourly],
    ["pictures", pictures],
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
  const { usageDays, usageSlots } = rollUp(rows);
  const conditional = conditionalModels([state], new Map());
  expect(conditional).toEqual({ models: ["hourly", "pictures"], cuts: [0, 1, 2, 8, 24, 33, 36] });
  const slots = usageSlots.filter(({ model }) => conditional.models.includes(model));
  return splitCells(
    usageDays.map(toCell),
    slots.map((cell) => ({
      ...toCell(cell),
      // As the statement sums them: by the stretch of the day.
      slot: conditional.cuts.findLast((cut) => cut <= cell.slot) ?? 0,
      imageKind: cell.imageKind,
    })),
  );
}

function toCell({ accountId, groupId, model, step, requests, ...cell }: UsageDay): DayCell {
  return {
    ...{ accountId, groupId, model, step, requests },
    tokens: cell.tokens.map(BigInt),
    images: BigInt(cell.images),
    seconds: BigInt(cell.seconds),
    characters: BigInt(cell.characters),
    billed: cell.cost,
  };
}

/** What a call costs, by the one function that says it; undefined: it would be refused. */
function bill(one: RequestLogRow): bigint | undefined {
  const own = state.accounts.get(`${one.accountId} ${one.model}`)?.components;
  const prices = own ?? state.models.get(one.model ?? "");
  const groupMultiplier = state.groups.get(one.groupId ?? "");
  if (prices === undefined || groupMultiplier === undefined) return undefined;
  const atHour = pricesAtHour(prices, one.createdAtMs);
  const components = one.images === 0 ? atHour : pricesOfImage(atHour, askedOfKind(one.imageKind ?? ""));
  if (components === undefined) return undefined;
  const usage = { ...noUsage, ...usageOf(one), images: one.images, calls: 1 };
  const made = billUsage({ usage, components, groupMultiplier });
  return made.priced ? made.costNanoUsd : undefined;
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
        const exact = rows.reduce((sum, one) => sum + (bill(one) ?? 0n), 0n);
        const off = total.after > exact ? total.after - exact : exact - total.after;
        expect(2n * off).toBeLessThanOrEqual(BigInt(rows.length));
        expect(total).toMatchObject({ requests: rows.length, before: 0n, billed: 5n * BigInt(rows.length) });
        expect([...accounts.values()].reduce((sum, { after }) => sum + after, 0n)).toBe(total.after);
        for (const model of ["gone", "pictures"])
          expect(refused.get(model) ?? 0).toBe(
            rows.filter((one) => one.model === model && bill(one) === undefined).length,
          );
      }),
      { numRuns: 300 },
    );
  });

  it("rates what is not kept by the hour any more at the price of most hours", () => {
    const one = { ...emptyRow, accountId: "a", groupId: "default", model: "hourly", status: 200 };
    const used = { promptTokens: 10, usageSource: "upstream", priceVersionId: "v" } as const;
    const { usageDays } = rollUp([{ ...one, ...used, createdAtMs: Date.UTC(2026, 10, 20, 2) }]);
    const { total } = ratePreview(
      splitCells(usageDays.map(toCell), []),
      { before: state, after: state },
      () => undefined,
    );
    expect(total.after).toBe(214n);
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
