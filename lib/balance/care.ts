export type LowKind = "threshold" | "days";

/** What an account can spend, and when that is little: nano-USD. 0 of a limit: never. */
export type Standing = {
  readonly spendableNanoUsd: bigint;
  /** Spent per day. */
  readonly paceNanoUsd: bigint;
  readonly lowNanoUsd: bigint;
  readonly lowDays: number;
};

/** What an account is low by. */
export function lowBy(standing: Standing): LowKind[] {
  const { spendableNanoUsd, paceNanoUsd, lowNanoUsd, lowDays } = standing;
  const low: LowKind[] = [];
  if (spendableNanoUsd < lowNanoUsd) low.push("threshold");
  if (paceNanoUsd > 0n && spendableNanoUsd < paceNanoUsd * BigInt(lowDays)) low.push("days");
  return low;
}

/**
 * Whom to tell of what, and what has recovered: told once when it becomes low, and not again before there is a fifth more
 * than the threshold, or half more than the days: a balance that moves about the line is no news.
 */
export function changesOfCare(
  standing: Standing,
  told: ReadonlySet<LowKind>,
): { tell: LowKind[]; clear: LowKind[] } {
  const low = lowBy(standing);
  return {
    tell: low.filter((kind) => !told.has(kind)),
    clear: [...told].filter((kind) => !low.includes(kind) && hasRecovered(kind, standing)),
  };
}

function hasRecovered(kind: LowKind, standing: Standing): boolean {
  const { spendableNanoUsd, paceNanoUsd, lowNanoUsd, lowDays } = standing;
  if (kind === "threshold") return 5n * spendableNanoUsd >= 6n * lowNanoUsd;
  return 2n * spendableNanoUsd >= 3n * paceNanoUsd * BigInt(lowDays);
}

/** How long the money lasts at the present pace, in days to one decimal; null: for ever. */
export function daysLeft({ spendableNanoUsd, paceNanoUsd }: Standing): number | null {
  if (paceNanoUsd <= 0n) return null;
  const tenths = spendableNanoUsd <= 0n ? 0n : (spendableNanoUsd * 10n) / paceNanoUsd;
  return Number(tenths) / 10;
}
