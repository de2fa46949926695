import fc from "fast-check";
import { expect, it } from "vitest";
import { Scratch } from "./scratch.ts";

it("keeps each piece as it was written until it is cleared, whatever its size", () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 5 }), (lots) => {
      const scratch = new Scratch(16);
      for (const lot of lots) {
        scratch.clear();
        const pieces = lot.map(scratch.write);
        expect(pieces.map((piece) => piece.toString("utf8"))).toEqual(lot);
      }
    }),
  );
});

it("writes one lot where the one before stood", () => {
  const scratch = new Scratch(64);
  const before = scratch.write("before");
  scratch.clear();
  const after = scratch.write("after!");
  expect(after.buffer).toBe(before.buffer);
  expect(before.toString()).toBe("after!");
});
