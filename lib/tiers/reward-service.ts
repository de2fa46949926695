import { giveBonus, returnBonus, takeBonus } from "#lib/bonus/lot-service";
import { lockFunds } from "#lib/bonus/store";
import { parseFraction } from "#lib/core/fraction";
import { dayMs } from "#lib/core/time";
import type { Transaction } from "#lib/db/transaction";
import { tierActor } from "./actor.ts";
import { figuresOf, shareOf } from "./figures.ts";
import {
  barredTiers,
  bestOf,
  endGrantRow,
  findGrant,
  type GrantRow,
  insertGrant,
  openGrants,
} from "./grant-store.ts";
import { measureRecharges } from "./measure.ts";
import { readRates, readRecharges } from "./measure-store.ts";
import { activeTiers, findStandingTier, type StandingTier } from "./store.ts";
import { auditGrant, tellGrant } from "./tell-service.ts";

/** What a credited recharge earned. */
export type Reward = { bonusNanoUsd: bigint; tier: { id: string; name: string } | null };

/**
 * Rewards a recharge in the transaction that credits it, after its own ledger entries: tiers that it reaches are granted
 * (or offered, where an operator approves them), and the best bonus that the account then holds is given on it, the
 * recharge that reached it included. The recharge must stand as credited already.
 */
export async function rewardCredit(
  tx: Transaction,
  credited: {
    accountId: string;
    rechargeId: string;
    amount: string;
    currency: string;
    creditNanoUsd: bigint;
    at: Date;
  },
): Promise<Reward> {
  const { accountId, rechargeId, creditNanoUsd, at } = credited;
  // Recharges of one account come one after another from here on: two that reach a tier together grant it once.
  await lockFunds(tx, accountId);
  const best = bestOf(await grantReached(tx, { accountId, rechargeId, at }), "recharge_bonus");
  if (best === undefined) return { bonusNanoUsd: 0n, tier: null };
  const bonusNanoUsd = shareOf(creditNanoUsd, parseFraction(best.percent));
  const tier = { id: best.tier.id, name: best.tier.name };
  if (bonusNanoUsd === 0n) return { bonusNanoUsd, tier };
  const { bonusDays } = best.tier;
  await giveBonus(tx, {
    ...{ accountId, rechargeId, amountNanoUsd: bonusNanoUsd, source: "recharge", tierId: tier.id, at },
    expiresAt: bonusDays === null ? null : new Date(at.getTime() + bonusDays * dayMs),
    ...{ note: "", reference: `bonus: ${tier.name}`, by: "system" },
  });
  return { bonusNanoUsd, tier };
}

/**
 * Takes back the bonus of a recharge in proportion to a refund (`refundedNanoUsd` of its `creditNanoUsd`; of several each
 * its own), and ends the tiers that the account's recharges do not reach any more. Call it in the refund's transaction,
 * when the recharge stands as refunded. Bonus that was spent comes out of what was paid: throws 409
 * `insufficient_balance` where that is not there, unless the account `mayOwe` (a chargeback). Answers what was taken.
 */
export async function revokeReward(
  tx: Transaction,
  refund: {
    accountId: string;
    rechargeId: string;
    refundedNanoUsd: bigint;
    creditNanoUsd: bigint;
    at: Date;
    mayOwe?: boolean;
  },
): Promise<{ bonusNanoUsd: bigint }> {
  const { accountId, at, mayOwe = false } = refund;
  const bonusNanoUsd = await takeBonus(tx, { ...refund, mayOwe });
  await endUnreached(tx, accountId, at);
  return { bonusNanoUsd };
}

/**
 * Undoes a `revokeReward` that took `bonusNanoUsd` for `refundedNanoUsd` (a dispute won): the bonus is given back, and
 * tiers that the recharges reach again are granted again. Call it when the recharge stands as credited again.
 */
export async function restoreReward(
  tx: Transaction,
  back: { accountId: string; rechargeId: string; refundedNanoUsd: bigint; bonusNanoUsd: bigint; at: Date },
): Promise<void> {
  await lockFunds(tx, back.accountId);
  await returnBonus(tx, back);
  await grantReached(tx, back);
}

/** Grants what an account's recharges reach. Answers its offers and held tiers as they stand then. */
async function grantReached(
  tx: Transaction,
  { accountId, rechargeId, at }: { accountId: string; rechargeId: string; at: Date },
): Promise<GrantRow[]> {
  const before = await openGrants(accountId, tx);
  const open = new Set(before.map(({ tierId }) => tierId));
  const barred = await barredTiers(accountId, tx);
  const tiers = (await activeTiers(tx)).filter(
    ({ id, kind }) => kind !== "daily" && !open.has(id) && !barred.has(id),
  );
  if (tiers.length === 0) return before;
  const { recharges, rateAt } = await readPaid(
    tx,
    accountId,
    tiers.map(({ currency }) => currency),
  );
  for (const tier of tiers) {
    const measured = measureRecharges(tier, recharges, rateAt);
    if (!measured.isReached) continue;
    await grantTier(tx, tier, { accountId, rechargeId, figures: figuresOf(tier, measured), at });
  }
  return openGrants(accountId, tx);
}

/** What an account has paid, and what tells its worth in these currencies. */
async function readPaid(tx: Transaction, accountId: string, currencies: readonly string[]) {
  const recharges = (await readRecharges([accountId], tx)).get(accountId) ?? [];
  return { recharges, rateAt: await readRates(currencies, recharges, tx) };
}

/** Grants a tier that was reached, or offers it, by its policy. Undefined: the account has it already. */
export async function grantTier(
  tx: Transaction,
  tier: StandingTier,
  reached: { accountId: string; rechargeId: string | null; figures: ReturnType<typeof figuresOf>; at: Date },
): Promise<string | undefined> {
  const state = tier.row.policy === "automatic" ? "granted" : "offered";
  const { accountId, rechargeId, figures, at } = reached;
  const id = await insertGrant(tx, {
    ...{ tierId: tier.id, accountId, state, percent: tier.row.percent, figures, rechargeId, createdAt: at },
    decidedAt: state === "granted" ? at : null,
  });
  const grant = id === undefined ? undefined : await findGrant(id, tx);
  if (id === undefined || grant === undefined) return undefined;
  await auditGrant(tx, tierActor, state === "granted" ? "grant" : "offer", grant);
  await tellGrant(tx, id);
  return id;
}

async function endUnreached(tx: Transaction, accountId: string, at: Date): Promise<void> {
  const open = (await openGrants(accountId, tx)).filter(
    // What a person granted by hand was never a matter of figures.
    ({ tier, rechargeId }) => tier.kind !== "daily" && rechargeId !== null,
  );
  if (open.length === 0) return;
  const { recharges, rateAt } = await readPaid(
    tx,
    accountId,
    open.map(({ tier }) => tier.currency),
  );
  for (const { id, tierId, state } of open) {
    const tier = await findStandingTier(tierId, tx);
    if (tier === undefined) continue;
    const measured = measureRecharges(tier, recharges, rateAt);
    if (measured.isReached) continue;
    const ended = await endGrantRow(tx, id, {
      ...{ endedBy: null, endedAt: at, reason: "", endFigures: figuresOf(tier, measured) },
    });
    const grant = ended ? await findGrant(id, tx) : undefined;
    if (grant === undefined) continue;
    await auditGrant(tx, tierActor, "end", grant);
    if (state === "granted") await tellGrant(tx, id);
  }
}
