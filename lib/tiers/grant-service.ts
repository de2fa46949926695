import { findAccount } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { syncDiscounts } from "./discount-service.ts";
import { decideGrantRow, endGrantRow, findGrant, insertGrant } from "./grant-store.ts";
import type { TierGrantAnswer } from "./schema.ts";
import { findStandingTier } from "./store.ts";
import { auditGrant, tellGrant } from "./tell-service.ts";

/** Throws 404. */
export async function getGrant(id: string): Promise<TierGrantAnswer> {
  const grant = await findGrant(id);
  if (grant === undefined) throw notFound("tier grant");
  return grant;
}

/** Gives a tier by hand, whatever the figures say. Throws 404, 422, 409 `tier_held`. */
export async function grantByHand(
  actor: Actor,
  tierId: string,
  body: { accountId: string; reason: string },
  now: Date,
): Promise<TierGrantAnswer> {
  const tier = await findStandingTier(tierId);
  if (tier === undefined) throw notFound("discount tier");
  if ((await findAccount(body.accountId)) === undefined)
    throw invalidFields({ accountId: "there is no such account" });
  await loadLayout();
  const id = await inTransaction(async (tx) => {
    const id = await insertGrant(tx, {
      ...{ tierId, accountId: body.accountId, state: "granted", percent: tier.row.percent, figures: null },
      ...{ decidedBy: actor.name, decidedAt: now, reason: body.reason.trim(), createdAt: now },
    });
    const grant = id === undefined ? undefined : await findGrant(id, tx);
    if (id === undefined || grant === undefined) throw heldAlready();
    await auditGrant(tx, actor, "grant", grant);
    await tellGrant(tx, id);
    return id;
  });
  await syncDiscounts([body.accountId]);
  return getGrant(id);
}

/** Says yes to an offer: with the tier's percentage as it stands now. Throws 404, 409 `offer_decided`. */
export async function approveOffer(
  actor: Actor,
  id: string,
  reason: string,
  now: Date,
): Promise<TierGrantAnswer> {
  const { tierId, accountId } = await getGrant(id);
  const tier = await findStandingTier(tierId);
  await loadLayout();
  await decide(actor, id, { state: "granted", reason, percent: tier?.row.percent ?? "0", at: now });
  await syncDiscounts([accountId]);
  return getGrant(id);
}

/** Says no: it is not offered again by itself; the account is not told. Throws 404, 409 `offer_decided`. */
export async function declineOffer(
  actor: Actor,
  id: string,
  reason: string,
  now: Date,
): Promise<TierGrantAnswer> {
  await decide(actor, id, { state: "declined", reason, at: now });
  return getGrant(id);
}

/** Takes a tier away, with a reason that the account is sent; not granted again by itself. Throws 404, 409 `grant_ended`. */
export async function endGrant(
  actor: Actor,
  id: string,
  reason: string,
  now: Date,
): Promise<TierGrantAnswer> {
  await loadLayout();
  await inTransaction(async (tx) => {
    const end = { endedBy: actor.name, endedAt: now, reason: reason.trim(), endFigures: null };
    const before = await findGrant(id, tx);
    const isWon = await endGrantRow(tx, id, end);
    const grant = await findGrant(id, tx);
    if (grant === undefined) throw notFound("tier grant");
    if (!isWon) throw decidedAlready(grant, "grant_ended");
    await auditGrant(tx, actor, "end", grant);
    if (before?.state === "granted") await tellGrant(tx, id);
  });
  const grant = await getGrant(id);
  await syncDiscounts([grant.accountId]);
  return grant;
}

function decide(
  actor: Actor,
  id: string,
  { at, ...decision }: { state: "granted" | "declined"; reason: string; percent?: string; at: Date },
): Promise<void> {
  return inTransaction(async (tx) => {
    const isWon = await decideGrantRow(tx, id, {
      ...decision,
      ...{ reason: decision.reason.trim(), decidedBy: actor.name, decidedAt: at },
    });
    const grant = await findGrant(id, tx);
    if (grant === undefined) throw notFound("tier grant");
    if (!isWon) throw decidedAlready(grant, "offer_decided");
    await auditGrant(tx, actor, decision.state === "granted" ? "grant" : "decline", grant);
    await tellGrant(tx, id);
  });
}

function heldAlready(): AppError {
  const message = "The account has this tier already, or is offered it: decide that offer.";
  return new AppError({ code: "tier_held", status: 409, message });
}

function decidedAlready(grant: TierGrantAnswer, code: "offer_decided" | "grant_ended"): AppError {
  const message = `This is ${grant.state} already.`;
  return new AppError({ code, status: 409, message, extra: { current: grant } });
}
