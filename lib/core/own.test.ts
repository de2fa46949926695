import { expect, it } from "vitest";
import { ownOf } from "./own.ts";

it("is what somebody put there, and nothing that every object has", () => {
  const record: Record<string, number> = { a: 1, constructor: 2 };
  expect([ownOf(record, "a"), ownOf(record, "constructor")]).toEqual([1, 2]);
  expect(["toString", "__proto__", "b"].map((name) => ownOf(record, name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
