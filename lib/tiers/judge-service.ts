import { lockFunds } from "#lib/bonus/store";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { log } from "#lib/runtime/log";
import { tierActor } from "./actor.ts";
import { syncDiscounts } from "./discount-service.ts";
import { barredTiers, endGrantRow, findGrant, holdersOf, openGrants } from "./grant-store.ts";
import { nothingPaid, type Paying, standingOf } from "./progress.ts";
import { candidatesFor, payingOf } from "./progress-service.ts";
import { grantTier } from "./reward-service.ts";
import { activeTiers, findStandingTier, type StandingTier } from "./store.ts";
import { auditGrant, tellGrant } from "./tell-service.ts";

const noRates = () => undefined;

/**
 * Judges consumption by the whole days of each account's own time zone: tiers that are reached are granted or offered, those
 * that last only while they are held end where a day fell short. Then brings discounts into line.
 */
export async function judgeConsumption(
  now: Date,
): Promise<{ granted: number; ended: number; discounts: number }> {
  await loadLayout();
  let [granted, ended] = [0, 0];
  for (const tier of await activeTiers()) {
    if (tier.kind !== "daily") continue;
    for (const accountId of await candidatesFor(tier, now)) {
      if (await quietly(accountId, () => judge(tier, accountId, now))) granted += 1;
    }
  }
  for (const { id, accountId, tierId } of await holdersOf("while_held")) {
    const tier = await findStandingTier(tierId);
    if (tier?.kind !== "daily") continue;
    if (await quietly(accountId, () => endWhereShort(tier, { id, accountId }, now))) ended += 1;
  }
  return { granted, ended, discounts: await syncDiscounts() };
}

async function judge(tier: StandingTier, accountId: string, now: Date): Promise<boolean> {
  const open = await openGrants(accountId);
  if (open.some(({ tierId }) => tierId === tier.id)) return false;
  const { isReached, figures } = standingOf(tier, await paidBy(tier, accountId, now), noRates);
  if (!isReached) return false;
  return inTransaction(async (tx) => {
    await lockFunds(tx, accountId);
    if ((await barredTiers(accountId, tx)).has(tier.id)) return false;
    return (await grantTier(tx, tier, { accountId, rechargeId: null, figures, at: now })) !== undefined;
  });
}

async function endWhereShort(
  tier: StandingTier,
  held: { id: string; accountId: string },
  now: Date,
): Promise<boolean> {
  const { isReached, figures } = standingOf(tier, await paidBy(tier, held.accountId, now), noRates);
  if (isReached) return false;
  return inTransaction(async (tx) => {
    const end = { endedBy: null, endedAt: now, reason: "", endFigures: figures };
    if (!(await endGrantRow(tx, held.id, end))) return false;
    const grant = await findGrant(held.id, tx);
    if (grant === undefined) return false;
    await auditGrant(tx, tierActor, "end", grant);
    await tellGrant(tx, held.id);
    return true;
  });
}

async function paidBy(tier: StandingTier, accountId: string, now: Date): Promise<Paying> {
  return (await payingOf([accountId], tier, now)).get(accountId) ?? nothingPaid;
}

/** One account's trouble is not the others'. */
async function quietly(accountId: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    log().warn({ err: error, account: accountId }, "an account's discount tier could not be judged");
    return false;
  }
}
