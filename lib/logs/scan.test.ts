import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "#lib/core/time";
import { budgetMs, walkBack } from "./scan.ts";

const toMs = Date.UTC(2026, 10, 22);
const month = { fromMs: toMs - 30 * dayMs, toMs, isIndexed: false };

/** A database that reads `hoursPerSecond` hours of rows a second, and is cut when that takes too long. */
function database(hoursPerSecond: number) {
  let nowMs = 0;
  const slices: { fromMs: number; toMs: number }[] = [];
  return {
    slices,
    now: () => nowMs,
    async look(slice: { fromMs: number; toMs: number }, withinMs: number) {
      const ms = ((slice.toMs - slice.fromMs) / hourMs / hoursPerSecond) * 1_000;
      nowMs += Math.min(ms, withinMs) + 1;
      if (ms > withinMs) return undefined;
      slices.push(slice);
      return slices.length;
    },
  };
}

describe("a walk back through the logs", () => {
  it("covers a range without a hole in a handful of looks when it is fast", async () => {
    const { look, slices, now } = database(10_000);
    expect(await walkBack(month, look, () => false, now)).toEqual({
      scannedToMs: month.fromMs,
      isDone: true,
    });
    expect(slices.length).toBeLessThan(12);
    expect(slices[0]?.toMs).toBe(toMs);
    for (const [index, slice] of slices.entries())
      if (index > 0) expect(slice.toMs).toBe(slices[index - 1]?.fromMs);
  });

  it("ends after its budget with how far it got, when it is slow", async () => {
    const { look, slices, now } = database(100);
    const { scannedToMs, isDone } = await walkBack(month, look, () => false, now);
    expect(isDone).toBe(false);
    expect(scannedToMs).toBe(slices.at(-1)?.fromMs);
    expect(now()).toBeLessThanOrEqual(budgetMs * 1.1);
    expect(toMs - scannedToMs).toBeGreaterThan(50 * hourMs);
  });

  it("gets somewhere, however slow it is", async () => {
    const { look, now } = database(0.3);
    const { scannedToMs } = await walkBack(month, look, () => false, now);
    expect(scannedToMs).toBeLessThan(toMs);
    expect(now()).toBeLessThan(5_100);
  });

  it("looks at the whole range first where an index leads to the rows", async () => {
    const { look, slices, now } = database(10_000);
    await walkBack({ ...month, isIndexed: true }, look, () => false, now);
    expect(slices).toEqual([{ fromMs: month.fromMs, toMs }]);
  });

  it("stops where it has found enough", async () => {
    const { look, now } = database(10_000);
    const { scannedToMs, isDone } = await walkBack(month, look, (count) => count === 2, now);
    expect([isDone, scannedToMs > month.fromMs]).toEqual([true, true]);
  });
});
