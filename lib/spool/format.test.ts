import fc from "fast-check";
import { expect, it } from "vitest";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import {
  decodeAdmission,
  decodeSettlement,
  encodeAdmission,
  encodeSettlement,
  SPOOL_FORMAT,
} from "./format.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string());
const row: fc.Arbitrary<RequestLogRow> = fc
  .record({
    requestId: fc.uuid(),
    createdAtMs: fc.integer({ min: 0, max: 4e12 }),
    model: fc.option(text),
    userAgent: fc.option(text),
    stream: fc.boolean(),
    status: fc.integer({ min: 0, max: 599 }),
    promptTokens: fc.nat(),
    usageSource: fc.constantFrom("upstream", "counted", "none"),
    costNanoUsd: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    holdNanoUsd: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    firstTokenMs: fc.option(fc.nat()),
    attempts: fc.array(
      fc.record({
        channelId: fc.uuid(),
        status: fc.option(fc.nat()),
        errorClass: fc.option(text),
        startMs: fc.nat(),
        durationMs: fc.nat(),
      }),
    ),
  })
  .map((some) => ({ ...emptyRow, ...some }));

it("gives back every settlement exactly, money above 2^53 and odd characters included", () => {
  fc.assert(
    fc.property(row, fc.boolean(), fc.option(fc.nat()), (some, held, periodStartMs) => {
      const settlement = { row: some, held, periodStartMs };
      expect(decodeSettlement(SPOOL_FORMAT, encodeSettlement(settlement))).toEqual(settlement);
    }),
  );
});

it("gives back every admission exactly", () => {
  fc.assert(
    fc.property(row, fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), ({ requestId, ...log }, holdNanoUsd) => {
      const { requestId: _, ...rest } = { ...emptyRow, ...log };
      const admission = { requestId, holdNanoUsd, periodStartMs: null };
      const decoded = decodeAdmission(SPOOL_FORMAT, encodeAdmission({ ...admission, log: () => rest }));
      expect({ ...decoded, log: { ...rest, ...decoded.log() } }).toEqual({ ...admission, log: rest });
    }),
  );
});

it("reads rows that were written before a column was there", () => {
  const written =
    '{"held":true,"periodStartMs":1795219200000,"row":{"requestId":"019aa8e3-0000-7000-8000-000000000000","createdAtMs":1795219200000,"status":200,"attempts":[],"costNanoUsd":"9007199254740993","holdNanoUsd":"1"}}';
  expect(decodeSettlement(1, written)).toEqual({
    held: true,
    periodStartMs: 1_795_219_200_000,
    // What a written row does not have is a column that came after it.
    row: {
      requestId: "019aa8e3-0000-7000-8000-000000000000",
      createdAtMs: 1_795_219_200_000,
      ...{ nodeId: null, accountId: null, keyId: null, keyPrefix: null, groupId: null, ip: null },
      ...{ userAgent: null, protocol: "openai", endpoint: "", model: null, upstreamModel: null },
      ...{ channelId: null, attempts: [], stream: false, status: 200, errorCode: null },
      ...{ promptTokens: 0, completionTokens: 0, cacheReadTokens: 0, cacheWriteTokens5m: 0 },
      ...{ cacheWriteTokens1h: 0, imageInputTokens: 0, imageOutputTokens: 0, audioInputTokens: 0 },
      ...{ audioOutputTokens: 0, reasoningTokens: 0, images: 0, seconds: 0, characters: 0 },
      usageSource: "none",
      costNanoUsd: 9_007_199_254_740_993n,
      upstreamCostNanoUsd: 0n,
      holdNanoUsd: 1n,
      ...{ priceVersionId: null, modelMultiplier: null, completionMultiplier: null, groupMultiplier: null },
      ...{ ledgerTransactionId: null, latencyMs: 0, firstTokenMs: null, gatewayUs: null },
      ...{ repeats: 1, addsToRow: false },
    },
  });
});

it("refuses what it cannot know: a newer format, and what is no settlement", () => {
  const known = encodeSettlement({ row: { ...emptyRow, requestId: "r" }, held: true, periodStartMs: null });
  expect(() => decodeSettlement(SPOOL_FORMAT + 1, known)).toThrow("not known");
  for (const broken of ["", "{}", '{"row":{}}', known.slice(0, -5)]) {
    expect(() => decodeSettlement(SPOOL_FORMAT, broken)).toThrow();
  }
});
