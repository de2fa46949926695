import fc from "fast-check";
import { expect, it } from "vitest";
import { Kept } from "./kept.ts";

it("counts what is still wanted, wherever in a block the last one that is not lies", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 3_000 });
  fc.assert(
    fc.property(counts, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (sizes, shares) => {
      const kept = new Kept([], 0);
      let last = 0;
      for (const count of sizes) {
        last += count;
        kept.add({ last, count, bytes: count * 10 });
      }
      let before = 0;
      for (const share of shares.sort((a, b) => a - b)) {
        const toSeq = Math.floor(share * last);
        kept.forget(before, toSeq);
        before = toSeq;
        expect(kept.rows()).toBe(last - toSeq);
        expect(kept.bytes()).toBeGreaterThanOrEqual((last - toSeq) * 10);
        expect(kept.bytes()).toBeLessThan((last - toSeq + 50) * 10);
      }
      kept.forget(before, last);
      expect([kept.rows(), kept.bytes()]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

it("knows of a file that was opened what of its oldest block is wanted", () => {
  const blocks = [
    { last: 10, count: 10, bytes: 100 },
    { last: 12, count: 2, bytes: 20 },
  ];
  const kept = new Kept(blocks, 7);
  expect([kept.rows(), kept.bytes()]).toEqual([5, 120]);
});
