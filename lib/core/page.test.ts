import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, toPage } from "./page.ts";

const position = z.tuple([z.string(), z.number()]);

describe("a cursor", () => {
  it("is read back as it was written", () => {
    expect(decodeCursor(encodeCursor(["2026-11-21", 7]), position)).toEqual(["2026-11-21", 7]);
    expect(decodeCursor(undefined, position)).toBeUndefined();
  });

  it.each(["nonsense", encodeCursor([7, "x"]), encodeCursor([]), ""])(
    "is refused when it is not ours: %j",
    (text) => {
      expect(() => decodeCursor(text, position)).toThrow("no cursor of this list");
    },
  );
});

describe("a page", () => {
  const page = (rows: number[]) => toPage(rows, 2, String, (row) => [row]);

  it("has a next one only if there was a row too many", () => {
    expect(page([1, 2])).toEqual({ items: ["1", "2"], nextCursor: null });
    expect(page([1, 2, 3])).toEqual({ items: ["1", "2"], nextCursor: encodeCursor([2]) });
    expect(page([])).toEqual({ items: [], nextCursor: null });
  });
});
