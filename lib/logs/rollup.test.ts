import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotOf } from "#lib/pricing/hours";
import { contextStepOf } from "#lib/pricing/tiers";
import { tokenUnits } from "#lib/pricing/units";
import { splitTokens } from "#lib/pricing/usage";
import { bucketOf } from "./histogram.ts";
import { rollUp } from "./rollup.ts";
import { emptyRow, type RequestLogRow } from "./row.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const count = fc.nat({ max: 5_000 });

/** Few values of each kind, so that rows meet in cells. */
const rowArbitrary: fc.Arbitrary<RequestLogRow> = fc
  .record({
    createdAtMs: fc.constantFrom(NOON, NOON + 59_999, NOON + 60_000, NOON + 86_400_000),
    accountId: fc.constantFrom(null, "account-a", "account-b"),
    keyId: fc.constantFrom(null, "key-a", "key-b"),
    groupId: fc.constantFrom(null, "default"),
    channelId: fc.constantFrom(null, "channel-a"),
    ip: fc.constantFrom(null, "192.0.2.1", "192.0.2.2"),
    model: fc.constantFrom(null, "gpt", "claude"),
    endpoint: fc.constantFrom("/v1/chat/completions", "/v1/videos", "/v1/audio/speech"),
    status: fc.constantFrom(200, 201, 400, 429, 503),
    usageSource: fc.constantFrom("upstream" as const, "none" as const),
    priceVersionId: fc.constantFrom(null, "version"),
    userAgent: fc.constantFrom(null, "curl"),
    promptTokens: count,
    completionTokens: count,
    cacheReadTokens: count,
    reasoningTokens: count,
    images: fc.nat({ max: 3 }),
    seconds: fc.nat({ max: 3 }),
    characters: count,
    costNanoUsd: count.map(BigInt),
    upstreamCostNanoUsd: count.map(BigInt),
    latencyMs: count,
    firstTokenMs: fc.option(count),
    repeats: fc.constantFrom(1, 1, 7),
  })
  .map((fields) => ({ ...emptyRow, ...fields }));
const rowsArbitrary = fc.array(rowArbitrary, { maxLength: 60 });

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const money = (amounts: readonly bigint[]) => amounts.reduce((total, one) => total + one, 0n);
const minuteOf = (row: RequestLogRow) => Math.floor(row.createdAtMs / 60_000) * 60_000;
const dayOf = (row: RequestLogRow) => new Date(row.createdAtMs).toISOString().slice(0, 10);

describe("what a batch of rows adds to the rollups", () => {
  it("is, per model and minute, what its rows add up to one by one", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const { modelMinutes } = rollUp(rows);
        expect(sum(modelMinutes.map(({ requests }) => requests))).toBe(sum(rows.map((row) => row.repeats)));
        for (const cell of modelMinutes) {
          const own = rows.filter(
            (row) =>
              minuteOf(row) === cell.minuteMs &&
              (row.model ?? "") === cell.model &&
              (row.groupId ?? "") === cell.groupId &&
              (row.channelId ?? "") === cell.channelId &&
              Math.floor(row.status / 100) === cell.statusClass,
          );
          const made = (endpoint: string) =>
            own.filter((row) => row.endpoint === endpoint && row.status < 400).length;
          const slow = sum(own.filter((row) => bucketOf(row.latencyMs) === 20).map(({ repeats }) => repeats));
          expect(cell).toMatchObject({
            requests: sum(own.map((row) => row.repeats)),
            promptTokens: sum(own.map((row) => row.promptTokens)),
            completionTokens: sum(own.map((row) => row.completionTokens)),
            images: sum(own.map((row) => row.images)),
            videos: made("/v1/videos"),
            audios: made("/v1/audio/speech"),
            cost: money(own.map((row) => row.costNanoUsd)),
            upstreamCost: money(own.map((row) => row.upstreamCostNanoUsd)),
          });
          expect(cell.latencyHistogram[20]).toBe(slow);
          expect(sum(cell.firstTokenHistogram)).toBe(
            sum(own.filter((row) => row.firstTokenMs !== null).map(({ repeats }) => repeats)),
          );
        }
      }),
    );
  });

  it("is, per key and minute, what its rows add up to, refusals and failures apart", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const { keyMinutes } = rollUp(rows);
        expect(sum(keyMinutes.map(({ requests }) => requests))).toBe(sum(rows.map((row) => row.repeats)));
        for (const cell of keyMinutes) {
          const own = rows.filter(
            (row) =>
              minuteOf(row) === cell.minuteMs &&
              (row.accountId ?? "") === cell.accountId &&
              (row.keyId ?? "") === cell.keyId &&
              (row.model ?? "") === cell.model,
          );
          const from = (status: number) =>
            sum(own.filter((row) => row.status >= status).map(({ repeats }) => repeats));
          expect(cell).toMatchObject({
            errors: from(400),
            failures: from(500),
            promptTokens: sum(own.map((row) => row.promptTokens)),
            cost: money(own.map((row) => row.costNanoUsd)),
          });
        }
      }),
    );
  });

  it("is, per address and day, what its rows add up to, with the newest user agent", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        for (const cell of rollUp(rows).ipDays) {
          const own = rows.filter(
            (row) => dayOf(row) === cell.day && row.keyId === cell.keyId && row.ip === cell.ip,
          );
          const times = own.map((row) => row.createdAtMs);
          const newest = own.filter((row) => row.createdAtMs === Math.max(...times));
          expect(cell).toMatchObject({
            requests: sum(own.map((row) => row.repeats)),
            errors: sum(own.filter((row) => row.status >= 400).map((row) => row.repeats)),
            completionTokens: sum(own.map((row) => row.completionTokens)),
            cost: money(own.map((row) => row.costNanoUsd)),
            firstSeenMs: Math.min(...times),
            lastSeenMs: Math.max(...times),
          });
          expect(newest.map(({ userAgent }) => userAgent)).toContain(cell.userAgent);
        }
      }),
    );
  });

  it("is, per day and half hour of billed usage, each token once and nothing of what was not billed", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const billed = rows.filter((row) => row.priceVersionId !== null && row.usageSource !== "none");
        const { usageDays, usageSlots } = rollUp(rows);
        for (const cells of [usageDays, usageSlots]) {
          expect(sum(cells.map(({ requests }) => requests))).toBe(sum(billed.map((row) => row.repeats)));
          expect(sum(cells.flatMap(({ tokens }) => tokens))).toBe(
            sum(billed.map((row) => row.promptTokens + row.completionTokens)),
          );
          expect(money(cells.map(({ cost }) => cost))).toBe(money(billed.map((row) => row.costNanoUsd)));
        }
        for (const cell of usageDays) {
          const own = billed.filter(
            (row) =>
              dayOf(row) === cell.day &&
              (row.accountId ?? "") === cell.accountId &&
              (row.groupId ?? "") === cell.groupId &&
              (row.model ?? "") === cell.model &&
              contextStepOf(row.promptTokens) === cell.step,
          );
          expect(cell.characters).toBe(sum(own.map((row) => row.characters)));
          expect(cell.seconds).toBe(sum(own.map((row) => row.seconds)));
        }
      }),
    );
  });

  it("tells billed usage apart by length of prompt, half hour and kind of image, each kind of token by itself", () => {
    const billed = fc.array(
      fc.record({
        createdAtMs: fc.constantFrom(NOON, NOON + 59_999, NOON + 30 * 60_000),
        promptTokens: fc.constantFrom(0, 900, 130_000),
        completionTokens: count,
        audioInputTokens: fc.constantFrom(0, 0, 40),
        imageInputTokens: fc.constantFrom(0, 0, 41),
        audioOutputTokens: fc.constantFrom(0, 0, 42),
        imageOutputTokens: fc.constantFrom(0, 0, 43),
        cacheWriteTokens5m: fc.constantFrom(0, 0, 44),
        cacheWriteTokens1h: fc.constantFrom(0, 0, 45),
        imageKind: fc.constantFrom("1024x1024", "1792x1024 hd"),
        model: fc.constantFrom("made up", "made up too"),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(billed, (fields) => {
        const rows = fields.map((some) => ({
          ...{ ...emptyRow, keyId: "key-a", priceVersionId: "version", usageSource: "upstream" as const },
          ...{ isModelUnknown: true as const, ...some },
        }));
        const keyOf = (row: RequestLogRow) =>
          [row.model, contextStepOf(row.promptTokens), slotOf(row.createdAtMs), row.imageKind].join();
        const { usageSlots } = rollUp(rows);
        expect(usageSlots).toHaveLength(new Set(rows.map(keyOf)).size);
        for (const { model, step, slot, imageKind, tokens } of usageSlots) {
          const own = rows.filter((row) => keyOf(row) === [model, step, slot, imageKind].join());
          expect(tokens).toEqual(
            tokenUnits.map((unit) => sum(own.map((row) => splitTokens(row)[unit] ?? 0))),
          );
        }
      }),
    );
  });

  it("comes in the order of its keys, whatever the order of the rows", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const forwards = rollUp(rows);
        const backwards = rollUp(rows.toReversed());
        const keysOf = ({ keyMinutes }: typeof forwards) =>
          keyMinutes.map((cell) => [cell.minuteMs, cell.accountId, cell.keyId, cell.model]);
        expect(keysOf(backwards)).toEqual(keysOf(forwards));
      }),
    );
  });

  it("knows made-up models only as calls of no model", () => {
    const madeUp = {
      ...emptyRow,
      model: "gpt-99",
      isModelUnknown: true as const,
      keyId: "key-a",
      status: 404,
    };
    const { modelMinutes, keyMinutes } = rollUp([madeUp, { ...madeUp, model: "gpt-98" }]);
    expect(modelMinutes.map(({ model, requests }) => [model, requests])).toEqual([["", 2]]);
    expect(keyMinutes.map(({ model, requests }) => [model, requests])).toEqual([["", 2]]);
  });
});
