import { describe, expect, it } from "vitest";
import { uuidv7 } from "#lib/core/uuid";
import { recomputeBill } from "./bill.ts";
import { rollUp } from "./rollup.ts";
import { emptyRow, type RequestLogRow } from "./row.ts";

const MADE_MS = Date.parse("2026-11-23T09:59:00Z");
const ENDED_MS = Date.parse("2026-11-23T10:31:00Z");
const id = (ms: number) => uuidv7(ms, new Uint8Array(10));
const of = {
  ...{ accountId: "a", keyId: "k", groupId: "default", ip: "192.0.2.1", model: "film", status: 200 },
  ...{ endpoint: "/v3/async/wan-t2v", priceVersionId: "v" },
};
const made: RequestLogRow = { ...emptyRow, ...of, requestId: id(MADE_MS), createdAtMs: MADE_MS };
const ended: RequestLogRow = {
  ...emptyRow,
  ...of,
  ...{ requestId: id(ENDED_MS), createdAtMs: ENDED_MS, parentId: made.requestId, repeats: 0 },
  ...{ seconds: 5, usageSource: "upstream", costNanoUsd: 70n },
};

describe("the two rows of a task", () => {
  it("are one request and one video, when it was made, and one bill, when it ended", () => {
    const { modelMinutes, keyMinutes, ipDays, usageDays } = rollUp([made, ended]);
    const figures = ({ requests, videos, cost }: (typeof modelMinutes)[number]) => [requests, videos, cost];
    expect(modelMinutes.map(figures)).toEqual([
      [1, 1, 0n],
      [0, 0, 70n],
    ]);
    expect(modelMinutes[1]?.latencyHistogram.some((count) => count > 0)).toBe(false);
    expect(keyMinutes.map(({ requests, errors }) => [requests, errors])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    // Whose address made it pays for it.
    expect(ipDays).toMatchObject([{ requests: 1, cost: 70n }]);
    // New prices are tried on one call.
    expect(usageDays).toMatchObject([{ requests: 1, seconds: 5, cost: 70n }]);
  });

  it("go by the hour in which it was made, however many end in one minute", () => {
    const later = { ...ended, requestId: id(ENDED_MS + 1), parentId: id(ENDED_MS - 60_000) };
    const { usageSlots } = rollUp([ended, later]);
    expect(usageSlots.map(({ slot, requests }) => [slot, requests])).toEqual([
      [19, 1],
      [21, 1],
    ]);
  });

  it("have a bill that is computed again at the prices of that hour", () => {
    const price = (num: bigint) => ({ num, den: 1n });
    const night = { from: 9 * 60, to: 10 * 60, factors: { videoSecond: { num: 1n, den: 2n } } };
    const version = {
      ...{ id: "v", number: 1, effectiveAt: 0 },
      entries: [
        { kind: "model", modelId: "film", components: { videoSecond: price(28n), hours: [night] } },
        { kind: "group", groupId: "default", multiplier: price(1n) },
      ],
    } as const;
    expect(recomputeBill(ended, [version])).toMatchObject({
      equal: true,
      hours: { from: "09:00", to: "10:00" },
    });
  });
});
