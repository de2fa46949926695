import fc from "fast-check";
import { expect, it } from "vitest";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { BLOCK_FORMAT, decodeBlock, encodeBlock, rowsOf } from "./block.ts";
import { FIELDS, valuesOf } from "./fields.ts";
import { encodeSettlement, SPOOL_FORMAT } from "./format.ts";
import { someSettlement } from "./testing.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string());
const money = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const row: fc.Arbitrary<RequestLogRow> = fc
  .record({
    ...{ requestId: fc.uuid(), createdAtMs: fc.nat(), model: fc.option(text), userAgent: fc.option(text) },
    ...{
      stream: fc.boolean(),
      status: fc.nat(599),
      promptTokens: fc.nat(),
      costNanoUsd: money,
      holdNanoUsd: money,
    },
    firstTokenMs: fc.option(fc.nat()),
    more: fc.constantFrom<Partial<RequestLogRow>>(
      {},
      { imageKind: "1024x1792 hd" },
      { isModelUnknown: true },
      { passedOver: [{ channelId: "c", why: "full" }] },
    ),
  })
  .map(({ more, ...some }) => ({ ...emptyRow, ...some, ...more }));
const settlement = fc.record(
  { row, held: fc.boolean(), periodStartMs: fc.option(fc.nat()) },
  { noNullPrototype: true },
);

it("gives back every settlement of a block exactly, money above 2^53 and odd characters included", () => {
  fc.assert(
    fc.property(fc.array(settlement, { minLength: 1, maxLength: 20 }), (settlements) => {
      expect(decodeBlock(BLOCK_FORMAT, encodeBlock(settlements))).toStrictEqual(settlements);
    }),
  );
});

it("reads what an earlier release wrote: one settlement, or a block without a field of today", () => {
  const one = someSettlement({ costNanoUsd: 7n });
  expect(decodeBlock(SPOOL_FORMAT, encodeSettlement(one))).toEqual([one]);
  const old = '{"fields":["requestId","costNanoUsd"],"rows":[[true,null,"r","5"]]}';
  expect(decodeBlock(2, old)).toEqual([
    { held: true, periodStartMs: null, row: { ...emptyRow, requestId: "r", costNanoUsd: 5n } },
  ]);
});

it("names every number of a block that it cannot read", () => {
  const rows = rowsOf({ seq: 9, count: 3, format: 99, body: "what is this" });
  expect(rows.map(({ seq }) => seq)).toEqual([7, 8, 9]);
  expect(rows.map(({ unreadable }) => unreadable)).toEqual(["what is this", "see number 7", "see number 7"]);
});

it("lists every field of a settlement at its own place", () => {
  const { row: some, ...rest } = someSettlement();
  const optional = ["isModelUnknown", "passedOver", "imageKind", "parentId"];
  expect([...FIELDS].sort()).toEqual([...Object.keys(rest), ...Object.keys(emptyRow), ...optional].sort());
  for (const [place, field] of FIELDS.entries()) {
    const changed =
      field in rest ? { ...rest, [field]: "x", row: some } : { ...rest, row: { ...some, [field]: "x" } };
    const before = valuesOf({ ...rest, row: some });
    const places = valuesOf(changed).flatMap((value, at) => (value === before[at] ? [] : at));
    expect([field, places]).toEqual([field, [place]]);
  }
});
