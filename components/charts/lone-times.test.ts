import { expect, it } from "vitest";
import { loneTimes } from "./lone-times.ts";

it("finds the points that no line would show", () => {
  const rows = [1, null, 2, 3, null, 4].map((firm0, t) => ({ t, firm0 }));
  expect([...loneTimes(rows, 0)]).toEqual([0, 5]);
  expect([...loneTimes(rows, 1)]).toEqual([]);
});
