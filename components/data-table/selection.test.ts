import { describe, expect, it } from "vitest";
import { toggled, withStretch } from "./selection.ts";

describe("chosen rows", () => {
  it("come and go one by one, without touching the set that was", () => {
    const before = new Set(["a"]);
    expect([...toggled(before, "b")]).toEqual(["a", "b"]);
    expect([...toggled(before, "a")]).toEqual([]);
    expect([...before]).toEqual(["a"]);
  });

  it("take a stretch in both directions", () => {
    const rows = ["a", "b", "c", "d"];
    expect([...withStretch(new Set(["d"]), rows, 2, 0)].toSorted()).toEqual(rows);
    expect([...withStretch(new Set(), rows, 1, 2)]).toEqual(["b", "c"]);
  });
});
