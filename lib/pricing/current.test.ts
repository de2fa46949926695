import { describe, expect, it } from "vitest";
import { formatFraction, one, parseFraction } from "#lib/core/fraction";
import { currentPrices, versionsUpTo } from "./current.ts";
import { parseComponents } from "./schema.ts";
import type { PriceVersion } from "./versions.ts";

const model = (modelId: string, input?: string) => ({
  kind: "model" as const,
  modelId,
  components: parseComponents(input === undefined ? {} : { input }),
});
const group = (multiplier: string) => ({
  kind: "group" as const,
  groupId: "g",
  multiplier: parseFraction(multiplier),
});
const versions: PriceVersion[] = [
  { id: "third", number: 3, effectiveAt: 200, entries: [model("a", "3"), model("b")] },
  { id: "first", number: 1, effectiveAt: 100, entries: [model("a", "1"), model("b", "1"), group("1")] },
  { id: "second", number: 2, effectiveAt: 200, entries: [model("a", "2"), group("1/3")] },
];
const inputAt = (atMs: number) => {
  const price = currentPrices(versions, atMs).models.get("a");
  return price?.components.input && [formatFraction(price.components.input), price.versionId];
};

describe("the prices in force", () => {
  it("are what the last version that has begun says; at the same time the higher number wins", () => {
    expect(inputAt(99)).toBeUndefined();
    expect(inputAt(100)).toEqual(["1", "first"]);
    expect(inputAt(200)).toEqual(["3", "third"]);
  });

  it("carry over what a version does not name, and lack what one withdrew", () => {
    expect(currentPrices(versions, 199).groups.get("g")).toEqual(one);
    expect(currentPrices(versions, 200).groups.get("g")).toEqual(parseFraction("1/3"));
    expect(currentPrices(versions, 199).models.has("b")).toBe(true);
    expect(currentPrices(versions, 200).models.has("b")).toBe(false);
  });
});

describe("the versions up to one", () => {
  it("leave out what came after it, also at the same moment", () => {
    expect(versionsUpTo(versions, "second").map((version) => version.id)).toEqual(["first", "second"]);
    expect(versionsUpTo(versions, "unknown")).toEqual([]);
  });
});
