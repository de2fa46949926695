import { describe, expect, it } from "vitest";
import { driftPercent } from "#lib/pricing/drift";
import { parseComponents } from "#lib/pricing/schema";

const drift = (ours: Record<string, string>, official: Record<string, string>) =>
  driftPercent(parseComponents(ours), parseComponents(official));

describe("drift", () => {
  it.each([
    [{ input: "150", output: "600" }, { input: "150", output: "600" }, "100"],
    [{ input: "120", output: "600" }, { input: "150", output: "600" }, "80"],
    [{ input: "120", output: "900" }, { input: "150", output: "600" }, "150"],
    [{ input: "1" }, { input: "3" }, "100/3"],
    [{ input: "0" }, { input: "0" }, "100"],
    [{ input: "1" }, { input: "0" }, null],
    [{ input: "1" }, { output: "1" }, null],
  ])("of %j against %j is %s %%", (ours, official, percent) => {
    expect(drift(ours, official)).toBe(percent);
  });
});
