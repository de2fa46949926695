import { lockAccount, updateAccountRow } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { type AppError, invalidFields } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import type { Transaction } from "#lib/db/transaction";
import { rechargeEntries, refundEntries } from "#lib/ledger/entries";
import { postTransaction } from "#lib/ledger/store";
import { newId } from "#lib/runtime/id";
import { restoreReward, revokeReward } from "#lib/tiers/reward-service";
import { orderFacts, wrongStatus } from "./credit-service.ts";
import { addEvent } from "./event-store.ts";
import { asStatus, type RechargeMove, type RechargeStatus } from "./machine.ts";
import { tellTaken } from "./receipt-service.ts";
import { creditOfRefund, parseAmount } from "./refund.ts";
import { closeRefund, findRefund, insertRefund } from "./refund-store.ts";
import { moveRecharge, type Order, toRecharge } from "./store.ts";

/** What is to be taken back: `amount` in the order's currency; undefined: all that is left. */
export type Taking = {
  kind: "refund" | "chargeback";
  amount: string | undefined;
  reason: string;
  /** A provider's name of it: taken once. */
  providerRef?: string;
  /** The provider has paid it back already: the account may owe it. */
  isGone?: boolean;
  /** Whether the provider still has to be told to pay it back. */
  mustBeSent?: boolean;
};

/**
 * Takes back all or a part of a credited order's credit, and of its bonus in proportion, in the caller's transaction; the
 * account is written to. Answers the refund's id. A refund needs the money available: throws 409 `insufficient_balance`;
 * a chargeback, where the payer's bank has the money already, may leave the account in debt and suspends it: give it
 * `revision` (bumped before the order was locked) and await `applied(revision)` afterwards. Throws 409
 * `recharge_decided` for an order that is not credited, 422 by field for more than is left.
 */
export async function takeBack(
  tx: Transaction,
  order: Order,
  by: Actor,
  taking: Taking,
  { at, revision }: { at: Date; revision?: bigint },
): Promise<string> {
  if (asStatus(order.status) !== "credited") throw wrongStatus(order.status, { current: toRecharge(order) });
  const money = moneyOf(order);
  const left = money.amount - money.refundedAmount;
  const amount = taking.amount === undefined ? left : parseAmount(taking.amount);
  if (amount > left) throw moreThanLeft(order, left);
  const nanoUsd = creditOfRefund(money, amount);
  const isWhole = amount === left;
  const move: RechargeMove = isWhole ? taking.kind : `partial-${taking.kind}`;
  const refundedAmount = formatUsd(money.refundedAmount + amount);
  const data = { refundedAmount, refundedNanoUsd: money.refundedNanoUsd + nanoUsd };
  if (!(await moveRecharge(tx, order, move, data))) throw wrongStatus(order.status);
  const mayOwe = taking.kind === "chargeback" || taking.isGone === true;
  // Before its money, as whoever adds a recharge does: else the two wait for each other.
  if (revision !== undefined) await lockAccount(tx, order.accountId);
  await post(tx, order, by, { nanoUsd: -nanoUsd, note: taking.reason, mayOwe });
  const { accountId, id: rechargeId, creditNanoUsd } = order;
  const refunded = { rechargeId, accountId, refundedNanoUsd: nanoUsd, creditNanoUsd, at };
  const { bonusNanoUsd } = await revokeReward(tx, { ...refunded, mayOwe });
  const froze = revision !== undefined && (await freeze(tx, by, accountId, revision));
  const text = formatUsd(amount);
  const id = await insertRefund(tx, {
    ...{ rechargeId, kind: taking.kind, amount: text, nanoUsd, bonusNanoUsd, reason: taking.reason, froze },
    ...{ providerRef: taking.providerRef ?? null, createdBy: by.id, createdAt: at },
    providerState: taking.mustBeSent ? "sending" : "none",
  });
  const kind = taking.kind === "refund" ? "refunded" : "chargeback";
  const status: RechargeStatus = isWhole ? "refunded" : "credited";
  const detail = { amount: text, taken: formatUsd(nanoUsd + bonusNanoUsd), reason: taking.reason };
  await record(tx, order, by, { at, kind, status, detail });
  await tellTaken(tx, order, kind, detail);
  return id;
}

/**
 * Gives back what a chargeback took, once; the account that was suspended because of it is active again (with
 * `revision`). False: nothing of that name was taken, or it was given back before.
 */
export async function reinstate(
  tx: Transaction,
  order: Order,
  by: Actor,
  providerRef: string,
  { at, revision }: { at: Date; revision: bigint },
): Promise<boolean> {
  const refund = await findRefund(tx, order.id, providerRef);
  if (refund === undefined || !(await closeRefund(tx, refund.id, at))) return false;
  const money = moneyOf(order);
  const amount = parseAmount(refund.amount.toFixed());
  const data = {
    refundedAmount: formatUsd(money.refundedAmount - amount),
    refundedNanoUsd: money.refundedNanoUsd - refund.nanoUsd,
  };
  if (!(await moveRecharge(tx, order, "reinstate", data))) throw wrongStatus(order.status);
  await post(tx, order, by, { nanoUsd: refund.nanoUsd, note: "dispute won", mayOwe: false });
  const { nanoUsd: refundedNanoUsd, bonusNanoUsd } = refund;
  const { accountId, id: rechargeId } = order;
  await restoreReward(tx, { accountId, rechargeId, refundedNanoUsd, bonusNanoUsd, at });
  if (refund.froze) await unfreeze(tx, by, order.accountId, revision);
  const detail = {
    amount: formatUsd(amount),
    taken: formatUsd(refund.nanoUsd + refund.bonusNanoUsd),
    reason: "",
  };
  await record(tx, order, by, { at, kind: "reinstated", status: "credited", detail });
  await tellTaken(tx, order, "reinstated", detail);
  return true;
}

async function post(
  tx: Transaction,
  order: Order,
  by: Actor,
  { nanoUsd, note, mayOwe }: { nanoUsd: bigint; note: string; mayOwe: boolean },
): Promise<void> {
  // An order of so little that a part of it is worth nothing.
  if (nanoUsd === 0n) return;
  const entries = nanoUsd < 0n ? refundEntries(-nanoUsd) : rechargeEntries(nanoUsd);
  const posting = { id: newId(), kind: "refund" as const, accountId: order.accountId, entries, note, mayOwe };
  await postTransaction(tx, {
    ...posting,
    ...{ reference: `${order.method} ${order.orderNo}`, actor: `${by.type}:${by.id}` },
  });
}

/** Suspends an account; false: it was suspended before. */
async function freeze(tx: Transaction, by: Actor, accountId: string, revision: bigint): Promise<boolean> {
  const account = await lockAccount(tx, accountId);
  if (account === undefined || account.status === "suspended") return false;
  await setStatus(tx, by, accountId, "suspended", revision);
  return true;
}

async function unfreeze(tx: Transaction, by: Actor, accountId: string, revision: bigint): Promise<void> {
  const account = await lockAccount(tx, accountId);
  if (account?.status === "suspended") await setStatus(tx, by, accountId, "active", revision);
}

async function setStatus(
  tx: Transaction,
  by: Actor,
  targetId: string,
  status: "active" | "suspended",
  revision: bigint,
): Promise<void> {
  await updateAccountRow(tx, targetId, { status, revision });
  const before = { status: status === "active" ? "suspended" : "active" };
  await audit(tx, by, {
    ...{ action: "account.update", targetType: "account", targetId, before },
    after: { status, because: status === "active" ? "dispute won" : "chargeback" },
  });
}

async function record(
  tx: Transaction,
  order: Order,
  by: Actor,
  what: {
    at: Date;
    kind: "refunded" | "chargeback" | "reinstated";
    status: RechargeStatus;
    detail: Record<string, string>;
  },
): Promise<void> {
  await addEvent(tx, { rechargeId: order.id, by: by.name, ...what });
  const action = { refunded: "refund", chargeback: "charge-back", reinstated: "reinstate" }[what.kind];
  await audit(tx, by, {
    ...{ action: `recharge.${action}`, targetType: "recharge", targetId: order.id },
    before: { status: order.status },
    after: { status: what.status, ...orderFacts(order), ...what.detail },
  });
}

function moneyOf({ amount, refundedAmount, creditNanoUsd, refundedNanoUsd }: Order) {
  return {
    amount: parseAmount(amount.toFixed()),
    refundedAmount: parseAmount(refundedAmount.toFixed()),
    creditNanoUsd,
    refundedNanoUsd,
  };
}

function moreThanLeft(order: Order, left: bigint): AppError {
  return invalidFields({ amount: `only ${formatUsd(left)} ${order.currency} of this order are left` });
}
