import { describe, expect, it } from "vitest";
import { one, parseFraction } from "#lib/core/fraction";
import { parseComponents } from "./schema.ts";
import { makePriceTable, type PriceVersion } from "./versions.ts";

const cheap = parseComponents({ input: "100", output: "200" });
const dear = parseComponents({ input: "300", output: "600" });
const own = parseComponents({ input: "50", output: "100" });
const half = parseFraction("1/2");

const first: PriceVersion = {
  id: "v1",
  number: 1,
  effectiveAt: 1000,
  entries: [
    { kind: "model", modelId: "m", components: cheap },
    { kind: "model", modelId: "n", components: dear },
    { kind: "group", groupId: "default", multiplier: one },
  ],
};

describe("prices by version", () => {
  it("knows none before the first version", () => {
    expect(makePriceTable([first]).resolve("m", "default", "a", 999)).toBeUndefined();
  });

  it("holds from the very millisecond on which a version takes effect", () => {
    expect(makePriceTable([first]).resolve("m", "default", "a", 1000)).toMatchObject({
      versionId: "v1",
      components: cheap,
      groupMultiplier: one,
    });
  });

  it("carries over what a later version does not name, under the later version's id", () => {
    const second: PriceVersion = {
      ...{ id: "v2", number: 2, effectiveAt: 2000 },
      entries: [{ kind: "model", modelId: "m", components: dear }],
    };
    const table = makePriceTable([second, first]);
    expect(table.resolve("m", "default", "a", 1999)).toMatchObject({ versionId: "v1", components: cheap });
    expect(table.resolve("m", "default", "a", 2000)).toMatchObject({ versionId: "v2", components: dear });
    expect(table.resolve("n", "default", "a", 2000)).toMatchObject({
      versionId: "v2",
      components: dear,
      groupMultiplier: one,
    });
  });

  it("lets the higher number win among versions of the same moment", () => {
    const group = (number: number, multiplier: typeof one): PriceVersion => ({
      ...{ id: `g${number}`, number, effectiveAt: 2000 },
      entries: [{ kind: "group", groupId: "default", multiplier }],
    });
    const table = makePriceTable([group(3, half), group(2, one), first]);
    expect(table.resolve("m", "default", "a", 2000)).toMatchObject({
      versionId: "g3",
      groupMultiplier: half,
    });
  });

  it("puts an account's own prices before the model's, for that account and model only", () => {
    const second: PriceVersion = {
      ...{ id: "v2", number: 2, effectiveAt: 2000 },
      entries: [{ kind: "account", accountId: "a", modelId: "m", components: own }],
    };
    const table = makePriceTable([first, second]);
    expect(table.resolve("m", "default", "a", 3000)).toMatchObject({ components: own, groupMultiplier: one });
    expect(table.resolve("m", "default", "b", 3000)).toMatchObject({ components: cheap });
    expect(table.resolve("n", "default", "a", 3000)).toMatchObject({ components: dear });
    expect(table.resolve("m", "default", "a", 1500)).toMatchObject({ components: cheap });
  });

  it("withdraws a price with empty components", () => {
    const own1: PriceVersion = {
      ...{ id: "v2", number: 2, effectiveAt: 2000 },
      entries: [{ kind: "account", accountId: "a", modelId: "m", components: own }],
    };
    const withdrawn: PriceVersion = {
      ...{ id: "v3", number: 3, effectiveAt: 3000 },
      entries: [
        { kind: "account", accountId: "a", modelId: "m", components: {} },
        { kind: "model", modelId: "n", components: {} },
      ],
    };
    const table = makePriceTable([first, own1, withdrawn]);
    expect(table.resolve("m", "default", "a", 3000)).toMatchObject({ components: cheap });
    expect(table.resolve("n", "default", "a", 3000)).toBeUndefined();
  });

  it("guesses no multiplier for a group that no version names", () => {
    expect(makePriceTable([first]).resolve("m", "training", "a", 1000)).toBeUndefined();
  });
});
