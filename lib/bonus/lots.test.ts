import { describe, expect, it } from "vitest";
import { expiringLots, type Lot, spendLots } from "./lots.ts";

const lot = (id: string, left: number, expiresAtMs: number | null, createdAtMs = 0): Lot => ({
  ...{ id, leftNanoUsd: BigInt(left), expiresAtMs, createdAtMs },
});
const left = (lots: readonly Lot[]) =>
  Object.fromEntries(lots.map(({ id, leftNanoUsd }) => [id, Number(leftNanoUsd)]));
const lots = [lot("lasts", 50, null), lot("late", 30, 200), lot("soon", 20, 100), lot("old", 10, 200, -1)];

describe("given credit is spent before what was paid", () => {
  it("the lot that ends first, then the older one, then what lasts", () => {
    const spentOf = (spent: bigint) => left(spendLots(lots, spent, 1_000n));
    expect(spentOf(0n)).toEqual({ soon: 20, old: 10, late: 30, lasts: 50 });
    expect(spentOf(15n)).toEqual({ soon: 5, old: 10, late: 30, lasts: 50 });
    expect(spentOf(35n)).toEqual({ soon: 0, old: 0, late: 25, lasts: 50 });
    expect(spentOf(70n)).toEqual({ soon: 0, old: 0, late: 0, lasts: 40 });
    expect(spentOf(500n)).toEqual({ soon: 0, old: 0, late: 0, lasts: 0 });
  });

  it("and no more of it is left than there is balance: a debt eats all", () => {
    expect(left(spendLots(lots, 0n, 90n))).toEqual({ soon: 0, old: 10, late: 30, lasts: 50 });
    expect(left(spendLots(lots, 0n, -5n))).toEqual({ soon: 0, old: 0, late: 0, lasts: 0 });
  });
});

describe("what expires", () => {
  const expiring = (reserved: bigint, now: number) =>
    expiringLots(lots, reserved, now).map(({ id, nanoUsd }) => [id, Number(nanoUsd)]);

  it("is what is left of lots whose time is over, to the millisecond", () => {
    expect(expiring(0n, 99)).toEqual([]);
    expect(expiring(0n, 100)).toEqual([["soon", 20]]);
    expect(expiring(0n, 1_000)).toEqual([
      ["soon", 20],
      ["old", 10],
      ["late", 30],
    ]);
  });

  it("is not what calls hold or nodes have leased: that much of the first lots waits", () => {
    expect(expiring(5n, 100)).toEqual([["soon", 15]]);
    expect(expiring(20n, 100)).toEqual([]);
    expect(expiring(25n, 1_000)).toEqual([
      ["old", 5],
      ["late", 30],
    ]);
  });
});
