import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { creditOrder } from "#lib/recharges/credit-service";
import { addEvent } from "#lib/recharges/event-store";
import { asStatus } from "#lib/recharges/machine";
import { readersOfAccount } from "#lib/recharges/receipt-service";
import { lockOrThrow, openOrder } from "#lib/recharges/service";
import { findRecharge, type Order } from "#lib/recharges/store";
import { requestBase } from "#lib/runtime/request-base";
import { cleanFile } from "./file-live.ts";
import type { Claim, CreateClaim, CreditClaim } from "./schema.ts";
import {
  countOwnWaiting,
  decideClaimRow,
  findClaim,
  findClaimFile,
  insertClaim,
  lockClaimsOf,
} from "./store.ts";

const targetType = "recharge-claim";
const MOST_WAITING = 10;

/**
 * Takes a customer's claim with what proves it. Throws 422 by field (a file that is no PNG, JPEG or harmless PDF; an
 * order of somebody else's), 409 `too_many_claims`.
 */
export async function makeClaim(actor: Actor, body: CreateClaim): Promise<Claim> {
  const { accountId, orderNo, amount, currency, note } = body;
  const order = body.rechargeId ? await findRecharge(body.rechargeId) : undefined;
  if (body.rechargeId && order?.accountId !== accountId)
    throw invalidFields({ rechargeId: "there is no such order" });
  const file = body.file ? await cleanFile(body.file) : undefined;
  const now = new Date();
  const id = await inTransaction(async (tx) => {
    await lockClaimsOf(tx, accountId);
    if ((await countOwnWaiting(tx, accountId)) >= MOST_WAITING) throw tooMany();
    const id = await insertClaim(tx, {
      ...{ accountId, orderNo, note, rechargeId: order?.id ?? null, createdAt: now },
      ...{ amount: amount ?? order?.amount ?? null, currency: currency ?? order?.currency ?? null },
      ...{ file: file?.bytes ?? null, fileType: file?.kind ?? null },
      ...{ askedBy: actor.name, askedById: actor.type === "user" ? actor.id : null },
    });
    if (order !== undefined) {
      const { status } = order;
      await addEvent(tx, { rechargeId: order.id, at: now, kind: "claimed", status, by: actor.name });
    }
    const after = { accountId, orderNo, amount, currency, note, file: file?.kind ?? null };
    await audit(tx, actor, { action: "recharge-claim.create", targetType, targetId: id, after });
    return id;
  });
  return getClaim(id);
}

/**
 * Credits what a claim is about: the order named, its own, or a new one from what the operator saw. Exactly once, also
 * when its webhook comes at the same moment: an order that was credited meanwhile only closes the claim. Throws 404,
 * 409 `claim_decided` or `recharge_decided`, 422.
 */
export async function creditClaim(actor: Actor, id: string, body: CreditClaim): Promise<Claim> {
  await loadLayout();
  const now = new Date();
  await inTransaction(async (tx) => {
    const claim = await claimOf(id, tx);
    const order = await orderFor(tx, actor, claim, body, now);
    if (order.accountId !== claim.accountId)
      throw invalidFields({ rechargeId: "this order is another account's" });
    const decision = { state: "credited", answer: body.answer, rechargeId: order.id } as const;
    await decide(tx, actor, claim, decision, now);
    if (order.status === "credited") return;
    if ((await creditOrder(tx, order, actor, now)) === "lost") {
      const message = `The order is ${order.status}: it cannot be credited.`;
      throw new AppError({ code: "recharge_decided", status: 409, message });
    }
  });
  return getClaim(id);
}

/** Says no to a claim, with a reason that the account is sent; its order stays as it is. Throws 404, 409 `claim_decided`. */
export async function rejectClaim(actor: Actor, id: string, answer: string): Promise<Claim> {
  await loadLayout();
  const now = new Date();
  await inTransaction(async (tx) => {
    const claim = await claimOf(id, tx);
    await decide(tx, actor, claim, { state: "rejected", answer: answer.trim() }, now);
    if (claim.rechargeId !== null) {
      const order = await lockOrThrow(tx, claim.rechargeId);
      const event = { rechargeId: order.id, at: now, kind: "claim-rejected", by: actor.name } as const;
      await addEvent(tx, { ...event, status: asStatus(order.status), detail: { reason: answer.trim() } });
    }
    await tellNo(tx, claim, answer.trim());
  });
  return getClaim(id);
}

/** Throws 404. */
export async function getClaim(id: string): Promise<Claim> {
  return claimOf(id);
}

/** What was sent along. Throws 404. */
export async function claimFile(id: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; kind: string }> {
  const file = await findClaimFile(id);
  if (file === undefined) throw notFound("file");
  return file;
}

async function claimOf(id: string, tx?: Transaction): Promise<Claim> {
  const claim = await findClaim(id, tx);
  if (claim === undefined) throw notFound("claim");
  return claim;
}

async function orderFor(
  tx: Transaction,
  actor: Actor,
  claim: Claim,
  body: CreditClaim,
  at: Date,
): Promise<Order> {
  const { method, orderNo, amount, currency } = body;
  const id = body.rechargeId ?? (method === undefined ? claim.rechargeId : undefined);
  if (id !== undefined && id !== null) return lockOrThrow(tx, id);
  if (method === undefined || amount === undefined || currency === undefined) {
    throw invalidFields({ rechargeId: "name the order, or the method, amount and currency of a new one" });
  }
  const order = { method, amount, currency, accountId: claim.accountId, orderNo: orderNo ?? claim.orderNo };
  return openOrder(tx, actor, { ...order, base: requestBase(), paidAt: at }, at);
}

async function decide(
  tx: Transaction,
  actor: Actor,
  claim: Claim,
  decision: { state: "credited" | "rejected"; answer: string; rechargeId?: string },
  at: Date,
): Promise<void> {
  const won = await decideClaimRow(tx, claim.id, { ...decision, decidedBy: actor.name, decidedAt: at });
  if (!won) {
    const message = `This claim is ${claim.state} already.`;
    throw new AppError({ code: "claim_decided", status: 409, message });
  }
  const action = decision.state === "credited" ? "recharge-claim.credit" : "recharge-claim.reject";
  await audit(tx, actor, {
    action,
    targetType,
    targetId: claim.id,
    before: { state: "waiting" },
    after: decision,
  });
}

async function tellNo(tx: Transaction, claim: Claim, reason: string): Promise<void> {
  const { accountId, accountName, orderNo } = claim;
  const data = {
    ...({ outcome: "claim-rejected", accountName, orderNo, taken: null, reason } as const),
    amount: claim.amount ?? "",
    currency: claim.currency ?? "",
    link: `${requestBase()}/recharge`,
  };
  for (const [to, locale] of await readersOfAccount(tx, accountId)) {
    await queueMail(tx, { to, template: "recharge-decision", data, locale });
  }
}

function tooMany(): AppError {
  const message = "We are looking at several of your claims already: we answer them first.";
  return new AppError({ code: "too_many_claims", status: 409, message });
}
