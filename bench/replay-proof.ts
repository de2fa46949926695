import { expectedCost, nanoUsd } from "./expected-cost.ts";
import type { TraceCall } from "./trace.ts";

/** A log row, as far as the proof reads it. */
export type ProofRow = { status: number; promptTokens: number; completionTokens: number; cost: string };

export type Proof = { what: string; expected: string; actual: string; ok: boolean };

/**
 * Compares what was sent with what the gateway kept: number of rows, token sums, and three independent ways to
 * the money: Σ row costs, the fall of the balance, and the trace priced by bench/expected-cost.ts. Pure.
 */
export function prove(input: {
  answered: readonly TraceCall[];
  rows: readonly ProofRow[];
  balanceBefore: string;
  balanceAfter: string;
  held: string;
  price: { input: string; output: string; groupMultiplier: string };
}): Proof[] {
  const ok = input.rows.filter((row) => row.status === 200);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const bigSum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  const compare = (what: string, expected: number | bigint, actual: number | bigint): Proof => ({
    what,
    expected: String(expected),
    actual: String(actual),
    ok: expected === actual,
  });
  const priced = bigSum(input.answered.map((call) => expectedCost(call, input.price)));
  return [
    compare("rows of answered calls", input.answered.length, ok.length),
    compare(
      "prompt tokens",
      sum(input.answered.map((call) => call.promptTokens)),
      sum(ok.map((row) => row.promptTokens)),
    ),
    compare(
      "completion tokens",
      sum(input.answered.map((call) => call.completionTokens)),
      sum(ok.map((row) => row.completionTokens)),
    ),
    compare("Σ row costs, nano-USD", priced, bigSum(input.rows.map((row) => nanoUsd(row.cost)))),
    compare(
      "fall of the balance, nano-USD",
      priced,
      nanoUsd(input.balanceBefore) - nanoUsd(input.balanceAfter),
    ),
    compare("still held, nano-USD", 0n, nanoUsd(input.held)),
  ];
}
