import { expect, it } from "vitest";
import { knownColumns } from "./known-columns.ts";

it("drops the columns of a saved view that the list has no more, and names them", () => {
  expect(knownColumns(["ip", "colour", "key"], ["time", "ip", "key"])).toEqual({
    known: ["ip", "key"],
    unknown: ["colour"],
  });
  expect(knownColumns(["any"], undefined)).toEqual({ known: ["any"], unknown: [] });
});
