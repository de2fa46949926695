import fc from "fast-check";
import { expect, it } from "vitest";
import { BLOCK_FORMAT, type Block } from "./block.ts";
import { Recent } from "./recent.ts";

const BYTES = 300;
/** Commits of one to three bills, texts that fill what is set aside for them and others, a flusher that lags and catches up. */
const commits = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    body: fc.oneof(
      fc.string({ unit: fc.constantFrom("漢", "語"), minLength: 8, maxLength: 30 }),
      fc.string({ unit: fc.constantFrom("é", "a"), maxLength: 30 }),
    ),
    behind: fc.nat(16),
  }),
  { minLength: 20, maxLength: 80 },
);

it("gives back all blocks behind a number, or says that it has not all of them", () => {
  fc.assert(
    fc.property(commits, (made) => {
      const recent = new Recent(BYTES);
      const blocks: Block[] = [];
      let seq = 0;
      for (const { count, body, behind } of made) {
        seq += count;
        const block = { seq, count, format: BLOCK_FORMAT, body };
        blocks.push(block);
        recent.add(block, seq - behind);
        const forgotten = Math.max(0, seq - behind);
        const found = recent.behind(forgotten);
        if (found !== undefined) expect([...found]).toEqual(blocks.filter((each) => each.seq > forgotten));
      }
    }),
    { numRuns: 500 },
  );
});

it("has them all, round and round, while what waits fits", () => {
  const recent = new Recent(BYTES);
  for (let seq = 1; seq <= 1_000; seq += 1) {
    // At most 25 bytes each, and 75 are set aside for one; four wait, and a fifth is written.
    recent.add({ seq, count: 1, format: BLOCK_FORMAT, body: "漢".repeat(seq % 9) }, seq - 4);
    const waiting = [...(recent.behind(Math.max(0, seq - 4)) ?? [])];
    expect(waiting.map((block) => block.body.length)).toEqual(
      [3, 2, 1, 0]
        .map((back) => seq - back)
        .filter((each) => each > 0)
        .map((each) => each % 9),
    );
  }
});

it("keeps nothing of a block that is larger than its room, and goes on behind it", () => {
  const recent = new Recent(BYTES);
  recent.add({ seq: 1, count: 1, format: BLOCK_FORMAT, body: "a" }, 0);
  recent.add({ seq: 2, count: 1, format: BLOCK_FORMAT, body: "a".repeat(BYTES) }, 0);
  expect(recent.behind(0)).toBeUndefined();
  recent.add({ seq: 3, count: 1, format: BLOCK_FORMAT, body: "b" }, 0);
  expect(recent.behind(1)).toBeUndefined();
  expect([...(recent.behind(2) ?? [])].map(({ body }) => body)).toEqual(["b"]);
});
