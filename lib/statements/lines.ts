import type { StatementKind } from "./schema.ts";

/** Nano-USD, signed. */
export type Line = { kind: StatementKind; model: string | null; amountNanoUsd: bigint; count: number };

/** What the ledger moved in a month, by kind, and what the rollups say of its usage by model (what it cost). */
export type Month = {
  moved: readonly { kind: StatementKind; amountNanoUsd: bigint; count: number }[];
  models: readonly { model: string; costNanoUsd: bigint; requests: number }[];
};

/**
 * The lines of a statement. They sum to what the ledger moved, whatever the rollups know: usage that they lack (a month
 * whose minutes are forgotten) stands in a line without a model.
 */
export function linesOf({ moved, models }: Month): Line[] {
  const usage = moved.find(({ kind }) => kind === "usage") ?? { amountNanoUsd: 0n, count: 0 };
  const byModel = models
    .filter(({ costNanoUsd }) => costNanoUsd !== 0n)
    .map(
      ({ model, costNanoUsd, requests }): Line => ({
        ...{ kind: "usage", model, amountNanoUsd: -costNanoUsd, count: requests },
      }),
    );
  const known = sumOf(byModel);
  const rest: Line[] =
    known === usage.amountNanoUsd
      ? []
      : [{ kind: "usage", model: null, amountNanoUsd: usage.amountNanoUsd - known, count: 0 }];
  const others = moved
    .filter(({ kind, amountNanoUsd }) => kind !== "usage" && amountNanoUsd !== 0n)
    .map((line): Line => ({ ...line, model: null }));
  return [...others, ...byModel, ...rest];
}

/** In nano-USD. */
export function sumOf(lines: readonly { amountNanoUsd: bigint }[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountNanoUsd, 0n);
}
