import { AppError } from "#lib/core/errors";
import { makeFraction, roundHalfUp } from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import type { BonusLot } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { bonusEntries } from "#lib/ledger/entries";
import { postTransaction } from "#lib/ledger/store";
import { newId } from "#lib/runtime/id";
import { expiringLots, leftOf } from "./lots.ts";
import { findLotOf, insertLot, lockFunds, settleLots, updateLot } from "./store.ts";

/** Credit that is given: for a recharge, or as a gift. `expiresAt` null: it lasts. */
export type BonusGift = {
  accountId: string;
  amountNanoUsd: bigint;
  source: "recharge" | "gift";
  rechargeId?: string;
  tierId?: string;
  expiresAt: Date | null;
  note: string;
  /** For the ledger: "tier 3,000 yuan". */
  reference: string;
  /** A name, or "system". */
  by: string;
  at: Date;
};

/** Gives bonus credit in the caller's transaction: ledger entries, balance and lot stand together. Answers the lot's id. */
export async function giveBonus(tx: Transaction, gift: BonusGift): Promise<string> {
  const { accountId, amountNanoUsd, by, at } = gift;
  const funds = await lockFunds(tx, accountId);
  // What was spent before this came out of the older lots.
  await settleLots(tx, accountId, funds);
  await postTransaction(tx, {
    id: newId(at.getTime()),
    kind: "bonus",
    accountId,
    entries: bonusEntries(amountNanoUsd),
    reference: gift.reference,
    note: gift.note,
    actor: by,
  });
  const id = await insertLot(tx, {
    accountId,
    source: gift.source,
    rechargeId: gift.rechargeId ?? null,
    tierId: gift.tierId ?? null,
    amountNanoUsd,
    leftNanoUsd: amountNanoUsd,
    expiresAt: gift.expiresAt,
    note: gift.note,
    createdBy: by,
    createdAt: at,
  });
  await settleLots(tx, accountId, { ...funds, balance: funds.balance + amountNanoUsd });
  return id;
}

/** A refund: so much of so much credit. */
type Taking = { refundedNanoUsd: bigint; creditNanoUsd: bigint; mayOwe: boolean; at: Date };

/**
 * Takes back of a recharge's bonus the part that its refunds, this one of `refundedNanoUsd` included, are of its credit:
 * rounded half up once, so that parts sum to the whole; what expired is gone already. Bonus that was spent is taken out of
 * what was paid: throws 409 `insufficient_balance` where the account has not as much available, or where bonus would have
 * to pay for the refund, unless it `mayOwe` (a chargeback). Answers what was taken now, nano-USD.
 */
export async function takeBonus(
  tx: Transaction,
  taking: Taking & { accountId: string; rechargeId: string },
): Promise<bigint> {
  const { accountId, mayOwe } = taking;
  await settleLots(tx, accountId, await lockFunds(tx, accountId), true);
  const lot = await findLotOf(tx, taking.rechargeId);
  const taken = lot === undefined ? 0n : await takeFrom(tx, lot, taking);
  const funds = await lockFunds(tx, accountId);
  const left = leftOf(await settleLots(tx, accountId, funds, true));
  // Given money never pays for a refund.
  if (!mayOwe && left > funds.balance) throw paidIsSpent(left - funds.balance);
  await settleLots(tx, accountId, funds);
  return taken;
}

async function takeFrom(tx: Transaction, lot: BonusLot, taking: Taking): Promise<bigint> {
  const refundedNanoUsd = lot.refundedNanoUsd + taking.refundedNanoUsd;
  const share = makeFraction(lot.amountNanoUsd * refundedNanoUsd, taking.creditNanoUsd);
  const most = lot.amountNanoUsd - lot.expiredNanoUsd;
  const target = roundHalfUp(share);
  const due = (target < most ? target : most) - lot.takenNanoUsd;
  if (due > 0n) await post(tx, lot.accountId, -due, { ...taking, reference: "bonus taken back" });
  const taken = due > 0n ? due : 0n;
  await updateLot(tx, lot.id, {
    leftNanoUsd: taken < lot.leftNanoUsd ? lot.leftNanoUsd - taken : 0n,
    takenNanoUsd: lot.takenNanoUsd + taken,
    refundedNanoUsd,
  });
  return taken;
}

function paidIsSpent(nanoUsd: bigint): AppError {
  return new AppError({
    code: "insufficient_balance",
    status: 409,
    message: `$${formatUsd(nanoUsd)} of this was spent: what is left is bonus credit, which is not paid out.`,
  });
}

/** Gives back what `takeBonus` took for a part of the credit that is the account's again (a dispute won). */
export async function returnBonus(
  tx: Transaction,
  back: { rechargeId: string; refundedNanoUsd: bigint; bonusNanoUsd: bigint; at: Date },
): Promise<void> {
  const lot = await settledLotOf(tx, back.rechargeId);
  if (lot === undefined) return;
  const { bonusNanoUsd } = back;
  if (bonusNanoUsd > 0n) {
    await post(tx, lot.accountId, bonusNanoUsd, {
      at: back.at,
      mayOwe: false,
      reference: "bonus given back",
    });
  }
  await updateLot(tx, lot.id, {
    leftNanoUsd: lot.leftNanoUsd + bonusNanoUsd,
    takenNanoUsd: lot.takenNanoUsd - bonusNanoUsd,
    refundedNanoUsd: lot.refundedNanoUsd - back.refundedNanoUsd,
  });
  await settleLots(tx, lot.accountId, await lockFunds(tx, lot.accountId));
}

/** The lot that a recharge earned, brought up to date, its account's money locked. */
async function settledLotOf(tx: Transaction, rechargeId: string): Promise<BonusLot | undefined> {
  const found = await findLotOf(tx, rechargeId);
  if (found === undefined) return undefined;
  await settleLots(tx, found.accountId, await lockFunds(tx, found.accountId));
  return findLotOf(tx, rechargeId);
}

function post(
  tx: Transaction,
  accountId: string,
  amountNanoUsd: bigint,
  { at, mayOwe, reference }: { at: Date; mayOwe: boolean; reference: string },
): Promise<void> {
  return postTransaction(tx, {
    ...{ id: newId(at.getTime()), kind: "bonus", accountId, entries: bonusEntries(amountNanoUsd) },
    ...{ reference, note: "", actor: "system", mayOwe },
  });
}

/**
 * Ends an account's lots whose time is over, except for what running calls or leases may still spend of them: that waits
 * for the next run. Answers what expired, nano-USD.
 */
export async function expireLots(tx: Transaction, accountId: string, at: Date): Promise<bigint> {
  const funds = await lockFunds(tx, accountId);
  const lots = await settleLots(tx, accountId, funds);
  const expiring = expiringLots(lots, funds.reserved, at.getTime());
  const sum = expiring.reduce((total, { nanoUsd }) => total + nanoUsd, 0n);
  if (sum === 0n) return 0n;
  await post(tx, accountId, -sum, { at, mayOwe: false, reference: "bonus expired" });
  const left = new Map(lots.map((lot) => [lot.id, lot.leftNanoUsd]));
  for (const { id, nanoUsd } of expiring) {
    await updateLot(tx, id, {
      leftNanoUsd: (left.get(id) ?? 0n) - nanoUsd,
      expiredNanoUsd: { increment: nanoUsd },
    });
  }
  return sum;
}
