import { expect, it } from "vitest";
import { changesOfCare, daysLeft, type LowKind } from "./care.ts";

const standing = (spendable: number, pace = 0) => ({
  ...{ spendableNanoUsd: BigInt(spendable), paceNanoUsd: BigInt(pace), lowNanoUsd: 100n, lowDays: 3 },
});

it("tells once when the balance falls below the threshold, and again only after it has recovered by a fifth", () => {
  const told = new Set<LowKind>();
  const seen = [150, 100, 99, 60, 101, 98, 119, 90, 120, 99].map((spendable) => {
    const { tell, clear } = changesOfCare(standing(spendable), told);
    for (const kind of tell) told.add(kind);
    for (const kind of clear) told.delete(kind);
    return tell.length;
  });
  expect(seen).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});

it("tells by the days that are left at the present pace, apart from the threshold", () => {
  expect(changesOfCare(standing(299, 100), new Set())).toEqual({ tell: ["days"], clear: [] });
  expect(changesOfCare(standing(300, 100), new Set())).toEqual({ tell: [], clear: [] });
  expect(changesOfCare(standing(449, 100), new Set(["days"]))).toEqual({ tell: [], clear: [] });
  expect(changesOfCare(standing(450, 100), new Set(["days"]))).toEqual({ tell: [], clear: ["days"] });
});

it("says how many days are left, and none where there is a debt", () => {
  expect(daysLeft(standing(255, 100))).toBe(2.5);
  expect(daysLeft(standing(-5, 100))).toBe(0);
  expect(daysLeft(standing(255, 0))).toBeNull();
});
