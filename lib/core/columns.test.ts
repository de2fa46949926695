import fc from "fast-check";
import { expect, it } from "vitest";
import { columnsOf } from "./columns.ts";

it("tells every list's values, once where all lists have the same", () => {
  const lists = fc
    .nat(6)
    .chain((width) =>
      fc.array(fc.array(fc.nat(1), { minLength: width, maxLength: width }), { minLength: 1 }),
    );
  fc.assert(
    fc.property(lists, (some) => {
      const columns = columnsOf(some);
      expect(some.map((_, at) => columns.map(({ same, each }) => each?.[at] ?? same))).toEqual(some);
      for (const { each } of columns) if (each !== undefined) expect(new Set(each).size).toBeGreaterThan(1);
    }),
  );
  expect(columnsOf([])).toEqual([]);
});
