import { describe, expect, it } from "vitest";
import { mergeEdit, valueText } from "./merge-edit.ts";

const base = { name: "main", models: ["a"], budget: { amount: "", period: "month" } };

describe("an edit that someone else overtook", () => {
  it("follows them where the person changed nothing, and keeps what only the person changed", () => {
    const { values, conflicts } = mergeEdit(base, { ...base, name: "mine" }, { ...base, models: ["a", "b"] });
    expect(values).toEqual({ ...base, name: "mine", models: ["a", "b"] });
    expect(conflicts).toEqual([{ name: "models", mine: ["a"], theirs: ["a", "b"], isMine: false }]);
  });

  it("keeps the person's own where both changed, and shows both", () => {
    const { values, conflicts } = mergeEdit(base, { ...base, name: "mine" }, { ...base, name: "theirs" });
    expect(values.name).toBe("mine");
    expect(conflicts).toEqual([{ name: "name", mine: "mine", theirs: "theirs", isMine: true }]);
  });

  it("is no conflict where both did the same", () => {
    const same = { ...base, name: "same" };
    expect(mergeEdit(base, same, same).conflicts).toEqual([]);
  });

  it("shows lists and pairs as text", () => {
    expect([["a", "b"], { amount: "5", period: "day" }, null].map(valueText)).toEqual(["a, b", "5 day", ""]);
  });
});
