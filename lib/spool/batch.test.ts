import fc from "fast-check";
import { expect, it } from "vitest";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";
import { planOf } from "#lib/settlement/plan-store";
import { batchOf, rowsOfBlocks, type Wanted } from "./batch.ts";
import { BLOCK_FORMAT, type Block, blockOf, decodeBlock } from "./block.ts";
import { encodeSettlement, SPOOL_FORMAT } from "./format.ts";
import { columnsOfSettlements, settlementsOf, visitEach } from "./settlement-columns.ts";

const ID = "00000000-0000-7000-8000-0000000000";
const MINUTE = 60_000;

const settlement: fc.Arbitrary<Settlement> = fc
  .record({
    id: fc.integer({ min: 10, max: 99 }),
    at: fc.constantFrom(0, 1, MINUTE, MINUTE + 5, 40 * MINUTE),
    who: fc.constantFrom(
      { accountId: `${ID}01`, keyId: `${ID}02`, ip: "203.0.113.9" },
      { accountId: `${ID}01`, keyId: `${ID}03`, ip: "203.0.113.10" },
      { accountId: `${ID}04`, keyId: `${ID}05`, ip: "2001:db8::1" },
      { accountId: null, keyId: null, ip: null },
    ),
    cost: fc.constantFrom(0n, 5n, 2n ** 60n),
    more: fc.constantFrom<Partial<RequestLogRow>>(
      {},
      { isModelUnknown: true, model: "made up" },
      { imageKind: "1024x1024", images: 2 },
      { addsToRow: true, repeats: 40, status: 429 },
      { cacheReadTokens: 3, reasoningTokens: 1 },
      { passedOver: [{ channelId: "c", why: 'full "\\ \u0001' }] },
    ),
    startMs: fc.nat(3),
    held: fc.boolean(),
    periodStartMs: fc.constantFrom(null, 0),
  })
  .map(({ id, at, who, cost, more, startMs, ...rest }) => ({
    ...rest,
    row: {
      ...emptyRow,
      ...{ requestId: `${ID}${id}`, createdAtMs: 1_800_000_000_000 + at, model: "m", promptTokens: 7 },
      ...{ status: 200, completionTokens: 5, usageSource: "upstream" as const, priceVersionId: `${ID}06` },
      ...{ costNanoUsd: cost, latencyMs: startMs * 90 },
      attempts: [{ channelId: "c", status: 200, errorClass: null, startMs, durationMs: 1 }],
      ...who,
      ...more,
    },
  }));

/** A spool's blocks, numbered from 1; between two of them numbers may be missing. */
const spool = fc
  .array(fc.tuple(fc.array(settlement, { minLength: 1, maxLength: 5 }), fc.nat(2)), { maxLength: 6 })
  .map((commits) => {
    const blocks: Block[] = [];
    let seq = 1;
    for (const [settlements, lost] of commits) {
      const block = blockOf(settlements, seq);
      if (block !== undefined) blocks.push(block);
      seq += settlements.length + lost;
    }
    return { blocks, all: commits.flatMap(([settlements]) => settlements) };
  });

/** Ids in the order in which they are asked for. */
function ids(): () => string {
  let next = 10;
  return () => `${ID}${next++}`;
}

it("gives the same settlements field by field as one by one, from wherever and however many", () => {
  const wanted: fc.Arbitrary<Wanted> = fc.record({
    ...{
      afterSeq: fc.nat(12),
      lastSeq: fc.integer({ min: 0, max: 40 }),
      limit: fc.integer({ min: 1, max: 9 }),
    },
  });
  fc.assert(
    fc.property(spool, wanted, ({ blocks }, which) => {
      const behind = blocks.filter(({ seq }) => seq > which.afterSeq);
      const rows = rowsOfBlocks(behind, which);
      const { count, toSeq, settlements } = batchOf(behind, which);
      expect(count).toBe(rows.length);
      expect(toSeq).toBe(rows.at(-1)?.seq ?? which.afterSeq);
      expect(settlements && settlementsOf(settlements)).toStrictEqual(rows.map((row) => row.settlement));
    }),
  );
});

it("is planned like the settlements themselves, whatever the commits were", () => {
  fc.assert(
    fc.property(spool, fc.boolean(), ({ blocks, all }, hasHolds) => {
      const { settlements } = batchOf(blocks, { afterSeq: 0, limit: 1_000, lastSeq: 1_000 });
      if (settlements === undefined) throw new Error("a block cannot be read");
      const plan = planOf(settlements, ids(), hasHolds);
      expect(plan).toEqual(planOf(columnsOfSettlements(all), ids(), hasHolds));
      // Against the settlements, one by one.
      const cost = all.reduce((sum, { row }) => sum + (row.accountId === null ? 0n : row.costNanoUsd), 0n);
      expect(plan.usage.reduce((sum, one) => sum + one.amountNanoUsd, 0n)).toBe(cost);
      const own = all.filter(({ row }) => !row.addsToRow);
      expect(plan.insert?.count ?? 0).toBe(own.length);
      expect(plan.held).toEqual(all.filter(({ held }) => hasHolds && held).map(({ row }) => row.requestId));
    }),
  );
});

it("shows each settlement as it is to who sums them", () => {
  fc.assert(
    fc.property(fc.array(settlement, { maxLength: 9 }), (all) => {
      const seen: unknown[] = [];
      visitEach(columnsOfSettlements(all), ({ row, ...rest }) => {
        seen.push({ ...rest, row: { ...row, attempts: [], passedOver: undefined } });
      });
      expect(seen).toEqual(
        all.map(({ row, ...rest }) => ({ ...rest, row: { ...row, attempts: [], passedOver: undefined } })),
      );
    }),
  );
});

it("says how far it goes also where a block cannot be read", () => {
  const [known] = fc.sample(settlement, 1);
  if (known === undefined) throw new Error("no settlement");
  const blocks = [blockOf([known, known], 1), { seq: 5, count: 3, format: 99, body: "{}" }] as Block[];
  const which = { afterSeq: 1, lastSeq: 9 };
  expect(batchOf(blocks, { ...which, limit: 3 })).toEqual({ count: 3, toSeq: 4, settlements: undefined });
  expect(batchOf(blocks, { ...which, limit: 1 })).toMatchObject({
    count: 1,
    toSeq: 2,
    settlements: { count: 1 },
  });
});

it("reads blocks of earlier releases, whose lists stood there as they were", () => {
  const attempts = [{ channelId: "c", status: 200, errorClass: null, startMs: 1, durationMs: 2 }];
  const old = `{"fields":["held","periodStartMs","requestId","costNanoUsd","attempts","stream"],"count":2,
    "same":[true,null,null,"5",null,false],"each":[[2,["r","s"]],[4,[${JSON.stringify(attempts)},[]]]]}`;
  const [row, other] = decodeBlock(3, old).map((one) => one.row);
  expect(row).toEqual({ ...emptyRow, requestId: "r", costNanoUsd: 5n, attempts });
  expect(other).toEqual({ ...emptyRow, requestId: "s", costNanoUsd: 5n, attempts: [] });
  for (const [format, text] of [
    [SPOOL_FORMAT, encodeSettlement({ held: true, periodStartMs: null, row: row ?? emptyRow })],
    [BLOCK_FORMAT, blockOf([{ held: true, periodStartMs: null, row: row ?? emptyRow }], 1)?.body ?? ""],
  ] as const) {
    expect(decodeBlock(format, text).map((one) => one.row)).toEqual([row]);
  }
});

it("does not read what is no settlement", () => {
  const text = (cost: string) =>
    `{"fields":["held","requestId","costNanoUsd"],"count":1,"same":[true,"r",${cost}],"each":[]}`;
  expect(decodeBlock(BLOCK_FORMAT, text('"5"'))).toHaveLength(1);
  for (const cost of ['"5.5"', "5", "null", '""']) {
    expect(() => decodeBlock(BLOCK_FORMAT, text(cost))).toThrow("not a settlement");
  }
});
