import { compareFractions, type Fraction, one, parseFraction } from "#lib/core/fraction";
import { paidOf } from "#lib/pricing/entries-service";
import { changePricesWith, standing } from "#lib/pricing/version-service";
import { tierActor } from "./actor.ts";
import { accountsWithGrants, bestOf, heldTiers, lostPercents } from "./grant-store.ts";

/**
 * Brings accounts' discounts into line with the consumption tiers that they hold, by a published price version: what
 * calls cost changes only there. Does nothing where they agree, so it may be called at any time; without `accountIds` for
 * every account that holds or held one. A better discount that somebody gave by hand stays. Answers how many changed.
 */
export async function syncDiscounts(accountIds?: readonly string[]): Promise<number> {
  const { discounts } = await standing();
  const ids = accountIds ?? (await accountsWithGrants("consumption_discount"));
  const [held, lost] = await Promise.all([heldTiers(ids), lostPercents(ids)]);
  const entries = ids.flatMap((accountId) => {
    const best = bestOf(held.get(accountId) ?? [], "consumption_discount");
    const multiplier: Fraction = best === undefined ? one : paidOf(parseFraction(best.percent));
    const stands = discounts.get(accountId) ?? one;
    const isOfLostTier = (lost.get(accountId) ?? []).some(
      (percent) => compareFractions(paidOf(parseFraction(percent)), stands) === 0,
    );
    const difference = compareFractions(multiplier, stands);
    if (difference === 0 || (difference > 0 && !isOfLostTier)) return [];
    const reason = best === undefined ? "discount tier ended" : `discount tier: ${best.tier.name}`;
    return [{ kind: "discount" as const, accountId, multiplier, reason }];
  });
  if (entries.length === 0) return 0;
  await changePricesWith(tierActor, entries, "Discount tiers", async () => {});
  return entries.length;
}
