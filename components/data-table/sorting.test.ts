import { describe, expect, it } from "vitest";
import { nextSort, sortDirection } from "./sorting.ts";

const by = (value: string | null) => ({ value, standard: "-createdAt", onChange: () => {} });

describe("sorting by a column", () => {
  it("starts upwards, turns with the next click", () => {
    expect(nextSort(by(null), "name")).toBe("name");
    expect(nextSort(by("name"), "name")).toBe("-name");
    expect(nextSort(by("-name"), "name")).toBe("name");
  });

  it("leaves the address clean when it is the standard again", () => {
    expect(nextSort(by("name"), "createdAt")).toBeNull();
    expect(nextSort(by(null), "createdAt")).toBe("createdAt");
  });

  it("tells screen readers the direction, of one column only", () => {
    expect(sortDirection(by(null), "createdAt")).toBe("descending");
    expect(sortDirection(by("name"), "name")).toBe("ascending");
    expect(sortDirection(by("name"), "createdAt")).toBeUndefined();
  });
});
