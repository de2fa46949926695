/** Where an order can stand. */
export const rechargeStatuses = ["pending", "credited", "review", "rejected", "refunded", "expired"] as const;
export type RechargeStatus = (typeof rechargeStatuses)[number];

/**
 * All that can happen to an order that moves it, and from where to where. What is not here cannot happen.
 * - credit: the money is the account's. Also of an expired order: who pays late has paid.
 * - review: something does not fit; a person decides. Also of a rejected order, when its payment comes after all.
 * - refund, chargeback: all that was left is taken back; a part leaves the order credited.
 * - reinstate: the payer's bank gives back what it took.
 */
const moves = {
  credit: { pending: "credited", review: "credited", expired: "credited" },
  review: { pending: "review", expired: "review", rejected: "review" },
  reject: { pending: "rejected", review: "rejected" },
  expire: { pending: "expired" },
  refund: { credited: "refunded" },
  "partial-refund": { credited: "credited" },
  chargeback: { credited: "refunded" },
  "partial-chargeback": { credited: "credited" },
  reinstate: { refunded: "credited", credited: "credited" },
} as const satisfies Record<string, Partial<Record<RechargeStatus, RechargeStatus>>>;

export type RechargeMove = keyof typeof moves;
export const rechargeMoves = Object.keys(moves) as RechargeMove[];

/** Where a move leads from a status; undefined: it cannot happen there. */
export function statusAfter(status: RechargeStatus, move: RechargeMove): RechargeStatus | undefined {
  const from: Partial<Record<RechargeStatus, RechargeStatus>> = moves[move];
  return from[status];
}

/** From where a move can happen: what stands in the UPDATE's condition. */
export function statusesBefore(move: RechargeMove): RechargeStatus[] {
  return rechargeStatuses.filter((status) => statusAfter(status, move) !== undefined);
}

/** What an order's story tells. */
export const rechargeEventKinds = [
  "created",
  "paid",
  "no-rate",
  "credited",
  "review",
  "rejected",
  "expired",
  "refunded",
  "chargeback",
  "reinstated",
  "refund-sent",
  "refund-failed",
  "claimed",
  "claim-rejected",
  "differs",
] as const;
export type RechargeEventKind = (typeof rechargeEventKinds)[number];

/** Why an order waits or is not credited, as a code; words for it are in the messages. */
export const rechargeReasons = [
  "no-rate",
  "amount-differs",
  "currency-differs",
  "paid-after-rejection",
  "paid-twice",
  "claimed",
  "too-large",
] as const;
export type RechargeReason = (typeof rechargeReasons)[number];

/** `review` for a status of a newer release; moveRecharge compares the stored text, so nothing moves it. */
export function asStatus(text: string): RechargeStatus {
  // A check constraint keeps others out; a newer release's is nothing that this one may act on.
  return rechargeStatuses.find((status) => status === text) ?? "review";
}

/** Null: none, or a newer release's. */
export function asReason(text: string): RechargeReason | null {
  return rechargeReasons.find((reason) => reason === text) ?? null;
}

/** After so long operators look at a pending order. */
export const stuckMs = 600_000;
