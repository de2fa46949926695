import { describe, expect, it } from "vitest";
import type { PriceEntryAnswer } from "#lib/pricing/version-schema";
import { mergeEdit } from "../shell/merge-edit.ts";
import {
  type DraftValues,
  draftValueText,
  editsOfEntries,
  editsOfValues,
  valuesOfEdits,
  valuesOfEntries,
} from "./draft-values.ts";

const entryOf = (model: string, input: string): PriceEntryAnswer => ({
  ...{ kind: "model", model, accountId: null, accountName: null, group: null, multiplier: null },
  ...{ price: { input, output: "10" }, multipliers: null, reason: "A contract" },
  ...{ tiers: [{ above: 200_000, factors: { input: "2" } }], hours: [], images: [] },
});

describe("a draft of prices as values", () => {
  const entries = [entryOf("gpt-4o", "25/3"), entryOf("o3", "2")];

  it("comes back as the same prices, to the fraction", () => {
    const edits = editsOfEntries(entries);
    expect(editsOfValues(valuesOfEdits(edits))).toEqual(edits);
  });

  it("shows what somebody else changed and took away, and keeps what one changed oneself", () => {
    const base = valuesOfEntries(entries, {});
    const mine = { ...base, ...valuesOfEntries([entryOf("gpt-4o", "7"), entryOf("o4", "1")], {}) };
    const theirs = valuesOfEntries([entryOf("gpt-4o", "8")], base);
    const { values, conflicts } = mergeEdit(base, mine, theirs);
    expect(conflicts.map(({ name, isMine }) => ({ name, isMine }))).toEqual([
      { name: "gpt-4o", isMine: true },
      { name: "o3", isMine: false },
    ]);
    expect([...editsOfValues(values).prices.keys()]).toEqual(["gpt-4o", "o4"]);
    expect(values["gpt-4o"]?.price).toMatchObject({ input: "7" });
  });

  it("reads as a line", () => {
    const names = { tiers: "Long prompts", hours: "Hours", images: "Images" };
    const [value] = Object.values(valuesOfEntries(entries, {}));
    expect(draftValueText(value, names)).toBe("input $25/3, output $10, Long prompts: 1, A contract");
    expect(draftValueText(null, names)).toBe("");
  });

  it("says nothing of a model that only somebody else has added, and leaves it out where one chooses that", () => {
    const { conflicts } = mergeEdit<DraftValues>({}, {}, valuesOfEntries([entryOf("o4", "1")], {}));
    const [added] = conflicts;
    const mine = added?.mine as DraftValues[string];
    expect(draftValueText(mine, { tiers: "", hours: "", images: "" })).toBe("");
    expect(editsOfValues({ o4: mine }).prices.size).toBe(0);
  });
});
