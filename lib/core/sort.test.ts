import { describe, expect, it } from "vitest";
import { encodeCursor } from "./page.ts";
import { positionOf, sortedPage, sortedPosition } from "./sort.ts";

const id = "019aa0c4-0000-7000-8000-000000000001";

describe("a sorted list's cursor", () => {
  it("comes back as the position it was made of", () => {
    const cursor = encodeCursor(positionOf("name", { name: "Zoë", id }));
    expect(sortedPosition(cursor, "name")).toEqual({ name: "Zoë", id });
  });

  it("is refused for another order, where it would leave rows out", () => {
    const cursor = encodeCursor(positionOf("name", { name: "Zoë", id }));
    expect(() => sortedPosition(cursor, "-name")).toThrow(/no cursor of this list/);
  });

  it("goes on among rows of the same name by their ids", () => {
    expect(sortedPage("-name", { name: "a", id }).after).toEqual({
      OR: [{ name: { lt: "a" } }, { name: "a", id: { lt: id } }],
    });
  });
});
