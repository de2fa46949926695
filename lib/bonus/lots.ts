/** Credit that was given, as far as it is left; nano-USD, times in ms epoch. `expiresAtMs` null: it lasts. */
export type Lot = {
  readonly id: string;
  readonly leftNanoUsd: bigint;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
};

/**
 * Lots after `spentNanoUsd` was used up: bonus is spent before what was paid, the lot that ends first before the others.
 * A debt eats bonus too: what is left never exceeds `balanceNanoUsd`. 30 spent of lots of 20 (ends soon) and 50: 0 and 40.
 */
export function spendLots(lots: readonly Lot[], spentNanoUsd: bigint, balanceNanoUsd: bigint): Lot[] {
  const excess = leftOf(lots) - (balanceNanoUsd > 0n ? balanceNanoUsd : 0n);
  let due = spentNanoUsd > excess ? spentNanoUsd : excess;
  return inOrder(lots).map((lot) => {
    const taken = least(due > 0n ? due : 0n, lot.leftNanoUsd);
    due -= taken;
    return { ...lot, leftNanoUsd: lot.leftNanoUsd - taken };
  });
}

/**
 * What expires at `nowMs`, by lot. What calls hold or nodes have leased (`reservedNanoUsd`) may be spent from the lots
 * that come first in order: that much of them waits for the next look. Lots of nothing are left out.
 */
export function expiringLots(
  lots: readonly Lot[],
  reservedNanoUsd: bigint,
  nowMs: number,
): { id: string; nanoUsd: bigint }[] {
  let reserved = reservedNanoUsd;
  return inOrder(lots).flatMap((lot) => {
    const covered = least(reserved, lot.leftNanoUsd);
    reserved -= covered;
    const nanoUsd = lot.leftNanoUsd - covered;
    if (nanoUsd === 0n || lot.expiresAtMs === null || lot.expiresAtMs > nowMs) return [];
    return [{ id: lot.id, nanoUsd }];
  });
}

/** What is left of all of them, nano-USD; lots whose time is over count until they are taken back. */
export function leftOf(lots: readonly Lot[]): bigint {
  return lots.reduce((sum, lot) => sum + lot.leftNanoUsd, 0n);
}

function inOrder(lots: readonly Lot[]): Lot[] {
  const endOf = (lot: Lot) => lot.expiresAtMs ?? Number.POSITIVE_INFINITY;
  return [...lots].sort(
    (left, right) =>
      (endOf(left) === endOf(right) ? 0 : endOf(left) - endOf(right)) ||
      left.createdAtMs - right.createdAtMs ||
      (left.id < right.id ? -1 : 1),
  );
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
