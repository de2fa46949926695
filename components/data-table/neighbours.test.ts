import { describe, expect, it } from "vitest";
import { neighbours } from "./neighbours.ts";

const rows = [{ id: "a" }, { id: "b" }, { id: "c" }];
const from = (openId: string) => {
  const opened: string[] = [];
  const { onPrevious, onNext } = neighbours(
    rows,
    openId,
    (row) => row.id,
    (id) => opened.push(id),
  );
  onPrevious?.();
  onNext?.();
  return { opened, hasPrevious: onPrevious !== undefined, hasNext: onNext !== undefined };
};

describe("the neighbours of an open row", () => {
  it("are the rows before and after it", () => {
    expect(from("b").opened).toEqual(["a", "c"]);
  });

  it("end where the list ends, and are none for a row that the list does not show", () => {
    expect(from("a")).toMatchObject({ hasPrevious: false, hasNext: true });
    expect(from("c")).toMatchObject({ hasPrevious: true, hasNext: false });
    expect(from("z")).toMatchObject({ hasPrevious: false, hasNext: false });
  });
});
