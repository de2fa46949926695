import { describe, expect, it } from "vitest";
import { createBatcher } from "./batcher.ts";

describe("a batcher", () => {
  it("runs alone what comes alone, and together what comes meanwhile", async () => {
    const batches: number[][] = [];
    const gate = Promise.withResolvers<void>();
    const double = createBatcher<number, number>(
      async (items) => {
        batches.push(items);
        if (batches.length === 1) await gate.promise;
        return items.map((item) => item * 2);
      },
      { maxBatch: 3 },
    );
    const first = double(1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [2, 3, 4, 5].map(double);
    gate.resolve();
    expect(await first).toBe(2);
    expect(await Promise.all(others)).toEqual([4, 6, 8, 10]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it("rejects the callers of a batch that fails, and goes on with the next", async () => {
    let fails = true;
    const batched = createBatcher<number, number>(
      async (items) => {
        if (fails) throw new Error("away");
        return items;
      },
      { maxBatch: 10 },
    );
    const refused = await Promise.allSettled([batched(1), batched(2)]);
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect(await batched(3)).toBe(3);
  });
});
