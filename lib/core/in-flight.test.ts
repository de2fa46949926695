import fc from "fast-check";
import { expect, test } from "vitest";
import { InFlight } from "./in-flight.ts";

// Few ids that end alike: they crowd the same places, and each comes and goes often.
const id = fc.constantFrom(
  ...["", "a", "call-1", "call-2", "x-call-1", "y-call-1"],
  ...Array.from({ length: 40 }, (_, index) => `0198-${index}-same-end`),
);
const step = fc.oneof(
  fc.record({ act: fc.constant("set" as const), id, entry: fc.nat() }),
  fc.record({ act: fc.constant("delete" as const), id }),
);

test("what it keeps is what a Map keeps", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const [table, map] = [new InFlight<number>(), new Map<string, number>()];
      for (const one of steps) {
        if (one.act === "set") {
          table.set(one.id, one.entry);
          map.set(one.id, one.entry);
        } else expect(table.delete(one.id)).toBe(map.delete(one.id));
        expect(table.get(one.id)).toBe(map.get(one.id));
      }
      expect(table.size).toBe(map.size);
      for (const key of steps.map((one) => one.id)) expect(table.get(key)).toBe(map.get(key));
    }),
  );
});

test("thousands at a time are all found, and none is left when all are gone", () => {
  const table = new InFlight<number>();
  const ids = Array.from({ length: 5_000 }, (_, index) => `call-${index}`);
  for (const [index, one] of ids.entries()) table.set(one, index);
  expect(table.size).toBe(5_000);
  expect(ids.every((one, index) => table.get(one) === index)).toBe(true);
  for (const one of ids) expect(table.delete(one)).toBe(true);
  expect(table.size).toBe(0);
  expect(ids.some((one) => table.get(one) !== undefined)).toBe(false);
});
