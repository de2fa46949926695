import { describe, expect, it } from "vitest";
import { type PriceUnit, priceUnits } from "#lib/pricing/units";
import type { PriceEntryAnswer } from "#lib/pricing/version-schema";
import { mergeEdit } from "../shell/merge-edit.ts";
import {
  type DraftValues,
  draftValueText,
  editsOfEntries,
  editsOfValues,
  entryOfValue,
  valuesOfEdits,
  valuesOfEntries,
} from "./draft-values.ts";

const entryOf = (model: string, input: string): PriceEntryAnswer => ({
  ...{ kind: "model", model, accountId: null, accountName: null, group: null, multiplier: null },
  ...{ price: { input, output: "10" }, multipliers: null, reason: "A contract" },
  ...{ tiers: [{ above: 200_000, factors: { input: "2" } }], hours: [], images: [] },
});

const names = {
  units: Object.fromEntries(priceUnits.map((unit) => [unit, unit])) as Record<PriceUnit, string>,
  conditions: { tiers: "Long prompts", hours: "Hours", images: "Images" },
};

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

  it("is said whole of a model that a filter hides, and nothing of it is left to what stood before", () => {
    const [value] = Object.values(valuesOfEntries(entries, {}));
    const { tiers } = entryOf("gpt-4o", "1");
    expect(value && entryOfValue("gpt-4o", value)).toMatchObject({
      ...{ model: "gpt-4o", price: { input: "25/3", output: "10", cacheRead: null, call: null } },
      ...{ tiers, hours: [], images: [], reason: "A contract" },
    });
    expect(value && entryOfValue("gpt-4o", { ...value, price: {}, reason: " " })).toEqual({
      model: "gpt-4o",
      withdrawn: true,
    });
  });

  it("reads as a line", () => {
    const [value] = Object.values(valuesOfEntries(entries, {}));
    expect(draftValueText(value, names)).toBe("input $25/3, output $10, Long prompts: 1, A contract");
    expect(draftValueText(null, names)).toBe("");
  });

  it("says nothing of a model that only somebody else has added, and leaves it out where one chooses that", () => {
    const { conflicts } = mergeEdit<DraftValues>({}, {}, valuesOfEntries([entryOf("o4", "1")], {}));
    const [added] = conflicts;
    const mine = added?.mine as DraftValues[string];
    expect(draftValueText(mine, names)).toBe("");
    expect(editsOfValues({ o4: mine }).prices.size).toBe(0);
  });
});
