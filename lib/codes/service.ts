import { randomBytes } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { countAttempt } from "#lib/auth/store";
import { guessSubject, refuseExhausted } from "#lib/auth/throttle";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { utcDay } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { creditOrder, rateOf } from "#lib/recharges/credit-service";
import type { Recharge } from "#lib/recharges/schema";
import { checkCredit, getRecharge, openOrder } from "#lib/recharges/service";
import { newId } from "#lib/runtime/id";
import { requestBase } from "#lib/runtime/request-base";
import { codeFrom, hashOfCode, isCode } from "./code.ts";
import type { CodeBatchAnswer, CreateCodeBatch } from "./schema.ts";
import { findBatch, insertBatch, revokeBatch, takeCode } from "./store.ts";

const targetType = "code-batch";

/** Makes codes; they are answered this once, only their hashes are kept. Throws 422 by field. */
export async function createCodes(
  actor: Actor,
  body: CreateCodeBatch,
): Promise<CodeBatchAnswer & { codes: string[] }> {
  const now = new Date();
  const expiresAt = body.expiresAt ? new Date(body.expiresAt) : null;
  if (expiresAt !== null && expiresAt <= now)
    throw invalidFields({ expiresAt: "a time to come is expected" });
  const rate = await rateOf(body.currency, utcDay(now.getTime()));
  if (rate === undefined)
    throw invalidFields({
      currency: `there is no exchange rate for ${body.currency} that is good today: add one first`,
    });
  checkCredit(body.amount, rate.usdPerUnit);
  const codes = Array.from({ length: body.count }, () => codeFrom(randomBytes(64)));
  const id = await inTransaction(async (tx) => {
    const { amount, currency, count, note } = body;
    const id = await insertBatch(
      tx,
      { amount, currency, count, note, expiresAt, createdBy: actor.id },
      codes.map((code) => ({ hash: hashOfCode(code), last4: code.slice(-4) })),
    );
    await audit(tx, actor, { action: "code-batch.create", targetType, targetId: id, after: body });
    return id;
  });
  return { ...(await getBatch(id)), codes };
}

/** Makes what is left of a batch worthless. Throws 404, 409 `batch_revoked`. */
export async function revokeCodes(actor: Actor, id: string): Promise<CodeBatchAnswer> {
  await getBatch(id);
  await inTransaction(async (tx) => {
    if (!(await revokeBatch(tx, id, new Date()))) {
      throw new AppError({ code: "batch_revoked", status: 409, message: "These codes are revoked already." });
    }
    await audit(tx, actor, { action: "code-batch.revoke", targetType, targetId: id });
  });
  return getBatch(id);
}

/**
 * Turns a code into credit, once: code, order and ledger stand together. Whoever guesses is stopped after ten tries in a
 * quarter of an hour (429), and is told the same of a code that never was, is spent, revoked or expired: 422.
 */
export async function redeemCode(
  actor: Actor,
  { accountId, code }: { accountId: string; code: string },
): Promise<Recharge> {
  const now = new Date();
  for (const subject of guessSubjects(actor, accountId)) {
    refuseExhausted(subject, await countAttempt(subject.key, now.getTime()), now.getTime());
  }
  const id = newId(now.getTime());
  await loadLayout();
  await inTransaction(async (tx) => {
    const taken = isCode(code)
      ? await takeCode(tx, hashOfCode(code), { rechargeId: id, at: now })
      : undefined;
    if (taken === undefined) throw invalidFields({ code: "this code is not valid, or was redeemed before" });
    const { amount, currency } = taken.batch;
    const order = { id, accountId, method: "code", orderNo: taken.id, amount: amount.toFixed(), currency };
    const opened = await openOrder(tx, actor, { ...order, base: requestBase(), paidAt: now }, now);
    await creditOrder(tx, opened, actor, now);
  });
  return getRecharge(id);
}

async function getBatch(id: string): Promise<CodeBatchAnswer> {
  const batch = await findBatch(id);
  if (batch === undefined) throw notFound("batch of codes");
  return batch;
}

function guessSubjects({ id, ip }: Actor, accountId: string) {
  return [guessSubject("code", `${accountId} ${id}`, 10), guessSubject("code-ip", ip ?? "unknown", 30)];
}
