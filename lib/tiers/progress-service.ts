import { namesOfAccounts } from "#lib/accounts/store";
import {
  compareFractions,
  fractionFromInteger,
  multiplyFractions,
  parseFraction,
  roundHalfUp,
} from "#lib/core/fraction";
import { openGrants } from "./grant-store.ts";
import {
  accountsThatPaid,
  accountsThatSpent,
  readRates,
  readRecharges,
  readSpentDays,
  timeZonesOf,
} from "./measure-store.ts";
import { nothingPaid, type Paying, standingOf } from "./progress.ts";
import type { CreateTier, TierPreview, TierProgress } from "./schema.ts";
import { rowOf } from "./service.ts";
import { activeTiers, type StandingTier, toPublicTier } from "./store.ts";

const SHOWN = 100;
/** Accounts that are measured by one look at the books. */
const AT_A_TIME = 500;

/** How far an account is on the way to every tier that counts, and which it holds. */
export async function progressOf(accountId: string, now: Date): Promise<TierProgress> {
  const [tiers, open] = await Promise.all([activeTiers(), openGrants(accountId)]);
  const held = open.map(({ tier }) => tier.id);
  const days = Math.max(0, ...tiers.map((tier) => tier.days));
  const paying = (await payingOf([accountId], { days }, now)).get(accountId) ?? nothingPaid;
  const rateAt = await readRates(
    tiers.map(({ currency }) => currency),
    paying.recharges,
  );
  const items = tiers.map((tier) => {
    const { share, missing, daysReached, figures } = standingOf(tier, paying, rateAt);
    const grant = open[held.indexOf(tier.id)];
    const state = grant === undefined ? "open" : grant.state === "granted" ? "held" : "offered";
    const since = (grant?.decidedAt ?? grant?.createdAt)?.toISOString() ?? null;
    return { tier: toPublicTier(tier.row), state, share, missing, daysReached, figures, since } as const;
  });
  return { items, nextCursor: null };
}

/** Who would reach a tier today, as it is being written; nobody is granted anything. */
export async function previewTier(body: CreateTier, now: Date): Promise<TierPreview> {
  const tier = standingFrom(body);
  const ids = await candidatesFor(tier, now);
  const reached: { accountId: string; figures: TierPreview["items"][number]["figures"] }[] = [];
  for (let start = 0; start < ids.length; start += AT_A_TIME) {
    const some = ids.slice(start, start + AT_A_TIME);
    const paying = await payingOf(some, tier, now);
    const rateAt = await readRates(
      [tier.currency],
      [...paying.values()].flatMap(({ recharges }) => recharges),
    );
    for (const [accountId, paid] of paying) {
      const { isReached, figures } = standingOf(tier, paid, rateAt);
      if (isReached) reached.push({ accountId, figures });
    }
  }
  const furthest = [...reached].sort((left, right) =>
    compareFractions(parseFraction(right.figures.value), parseFraction(left.figures.value)),
  );
  const shown = furthest.slice(0, SHOWN);
  const names = await namesOfAccounts(shown.map(({ accountId }) => accountId));
  return {
    accounts: ids.length,
    qualifying: reached.length,
    items: shown.map((one) => ({ ...one, accountName: names.get(one.accountId) ?? "" })),
  };
}

/** Accounts that can have reached a tier at all: nobody else need be measured. */
export async function candidatesFor(tier: StandingTier, now: Date): Promise<string[]> {
  if (tier.kind !== "daily") return accountsThatPaid();
  const least = multiplyFractions(tier.threshold, fractionFromInteger(tier.days * 1_000_000_000));
  return accountsThatSpent(roundHalfUp(least), tier.days, now);
}

/** What accounts have paid, and spent on so many days, as tiers look at it: only what kind of tier is asked about. */
export async function payingOf(
  accountIds: readonly string[],
  { kind, days }: { kind?: StandingTier["kind"]; days: number },
  now: Date,
): Promise<Map<string, Paying>> {
  const [recharges, spent, timeZones] = await Promise.all([
    kind === "daily" ? new Map<string, never>() : readRecharges(accountIds),
    days === 0 ? new Map<string, never>() : readSpentDays(accountIds, days, now),
    timeZonesOf(accountIds),
  ]);
  return new Map(
    accountIds.map((id) => [
      id,
      { recharges: recharges.get(id) ?? [], days: spent.get(id) ?? [], timeZone: timeZones.get(id) ?? "UTC" },
    ]),
  );
}

function standingFrom(body: CreateTier): StandingTier {
  const { name, kind, currency, reward, days, threshold } = rowOf(body);
  return {
    ...{ id: "", name, kind, currency, reward, days: days ?? 0, threshold: parseFraction(threshold) },
  } as StandingTier;
}
