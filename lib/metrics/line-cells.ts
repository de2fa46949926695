import { hourMs, minuteMs } from "#lib/core/time";
import { type MetricCell, otherGroup } from "./series.ts";

/**
 * A line as the database wrote it: which minutes of an hour (hours of a day) and what each came to, as lists of decimal
 * numbers. `grp` null: of all calls; for span `minute`, where `at` counts minutes since 1970: of the groups that are not
 * told apart.
 */
export type LineRow = {
  grp: string | null;
  span: "minute" | "hour" | "day";
  start: Date | null;
  at: string;
  n: string;
};

/** Sums of a chart per step and group; `other` is what all calls came to beyond the groups that are told apart. */
export function lineCells(
  rows: readonly LineRow[],
  { stepMs, isCost }: { stepMs: number; isCost: boolean },
): MetricCell[] {
  const sums = new Map<string, Map<number, number | bigint>>();
  const add = (group: string, startMs: number, amount: number | bigint) => {
    const steps = sums.get(group) ?? new Map<number, number | bigint>();
    if (steps.size === 0) sums.set(group, steps);
    const before = steps.get(startMs) ?? (isCost ? 0n : 0);
    steps.set(startMs, plus(before, amount));
  };
  const hasAll = rows.some(({ grp, span }) => grp === null && span !== "minute");
  for (const { grp, span, start, at, n } of rows) {
    const unitMs = span === "day" ? hourMs : minuteMs;
    const firstMs = start?.getTime() ?? 0;
    const amounts = n.split(",");
    for (const [index, place] of at.split(",").entries()) {
      const ms = firstMs + Number(place) * unitMs;
      const startMs = ms - (ms % stepMs);
      const text = amounts[index] ?? "0";
      const amount = isCost ? BigInt(text) : Number(text);
      add(grp ?? otherGroup, startMs, amount);
      if (grp !== null && span !== "minute" && hasAll) add(otherGroup, startMs, minus(amount));
    }
  }
  return [...sums].flatMap(([group, steps]) =>
    [...steps].flatMap(([startMs, amount]) =>
      amount > 0
        ? [{ startMs, group, sum: isCost ? 0 : Number(amount), costNanoUsd: isCost ? BigInt(amount) : 0n }]
        : [],
    ),
  );
}

function plus(left: number | bigint, right: number | bigint): number | bigint {
  return typeof left === "bigint" ? left + BigInt(right) : left + Number(right);
}

function minus(amount: number | bigint): number | bigint {
  return -amount;
}
