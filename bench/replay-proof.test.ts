import { describe, expect, it } from "vitest";
import { type ProofRow, prove } from "./replay-proof.ts";

const price = { input: "0.15", output: "0.6", groupMultiplier: "1" };
const answered = [
  { atMs: 0, promptTokens: 374, completionTokens: 44 },
  { atMs: 9, promptTokens: 396, completionTokens: 109 },
];
const rows: ProofRow[] = [
  { status: 200, promptTokens: 374, completionTokens: 44, cost: "0.0000825" },
  { status: 200, promptTokens: 396, completionTokens: 109, cost: "0.0001248" },
];
const fine = { answered, rows, balanceBefore: "1", balanceAfter: "0.9997927", held: "0", price };

describe("prove", () => {
  it("finds nothing wrong where all sums agree", () => {
    expect(prove(fine).filter((proof) => !proof.ok)).toEqual([]);
  });

  it.each([
    ["a lost row", { rows: rows.slice(1) }],
    ["a token too many", { rows: [{ ...fine.rows[0], promptTokens: 375 } as ProofRow, ...rows.slice(1)] }],
    ["a nano-dollar too many", { balanceAfter: "0.999792699" }],
    [
      "a row billed otherwise",
      { rows: [{ ...fine.rows[0], cost: "0.000082501" } as ProofRow, ...rows.slice(1)] },
    ],
    ["a forgotten hold", { held: "0.01" }],
  ])("notices %s", (_, change) => {
    expect(prove({ ...fine, ...change }).some((proof) => !proof.ok)).toBe(true);
  });
});
