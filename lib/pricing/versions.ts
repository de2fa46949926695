import { type Fraction, multiplyFractions } from "#lib/core/fraction";
import { hoursAt, pricesAtHour } from "./hours.ts";
import type { PriceComponents, PriceHours } from "./units.ts";

/**
 * What a price version may name: a model's prices, a group's multiplier, one account's own prices for a model, or what
 * one account pays of everything (`discount`: 19/20 is 5 % off; 1 takes it away).
 */
export type PriceEntry =
  | { readonly kind: "model"; readonly modelId: string; readonly components: PriceComponents }
  | { readonly kind: "group"; readonly groupId: string; readonly multiplier: Fraction }
  | {
      readonly kind: "account";
      readonly accountId: string;
      readonly modelId: string;
      readonly components: PriceComponents;
    }
  | { readonly kind: "discount"; readonly accountId: string; readonly multiplier: Fraction };

/** A published version. `effectiveAt` is in ms since the epoch; `number` grows with each version. */
export type PriceVersion = {
  readonly id: string;
  readonly number: number;
  readonly effectiveAt: number;
  readonly entries: readonly PriceEntry[];
};

export type ResolvedPrice = {
  /** The version in force at that moment, whichever version last named each figure. */
  readonly versionId: string;
  /** Those of the hour that the call is admitted in. */
  readonly components: PriceComponents;
  /** Which hours these are, where the price has some of its own for them. */
  readonly hours: PriceHours | undefined;
  readonly groupMultiplier: Fraction;
  /** What the account pays of that, where it has a discount. */
  readonly discountMultiplier: Fraction | undefined;
  /** Both together: what bills and holds multiply by. */
  readonly multiplier: Fraction;
};

export type PriceTable = {
  /**
   * The price under the version in force at `atMs`, for a call that is admitted at `admittedMs` (default: then). Undefined
   * when no version in force prices the model, or the group has no multiplier: refuse, never guess.
   */
  resolve(
    modelId: string,
    groupId: string,
    accountId: string,
    atMs: number,
    admittedMs?: number,
  ): ResolvedPrice | undefined;
};

type Figure<Value> = { readonly effectiveAt: number; readonly value: Value };

/**
 * The prices of all versions, ready for look-ups by time. What a version does not name carries over from the
 * one before; of versions with the same `effectiveAt` the higher number wins. An account's own prices replace
 * the model's, and the group's multiplier applies to them too. Empty components withdraw a price: an
 * account's own prices fall back to the model's, a model's leave it unpriced.
 */
export function makePriceTable(versions: readonly PriceVersion[]): PriceTable {
  const ordered = [...versions].sort(
    (left, right) => left.effectiveAt - right.effectiveAt || left.number - right.number,
  );
  const ids = ordered.map((version) => ({ effectiveAt: version.effectiveAt, value: version.id }));
  const models = new Map<string, Figure<PriceComponents>[]>();
  const groups = new Map<string, Figure<Fraction>[]>();
  const accounts = new Map<string, Figure<PriceComponents>[]>();
  const discounts = new Map<string, Figure<Discount>[]>();
  for (const { effectiveAt, entries } of ordered) {
    for (const entry of entries) {
      if (entry.kind === "model") append(models, entry.modelId, { effectiveAt, value: entry.components });
      if (entry.kind === "group") append(groups, entry.groupId, { effectiveAt, value: entry.multiplier });
      if (entry.kind === "account")
        append(accounts, accountKey(entry), { effectiveAt, value: entry.components });
      if (entry.kind === "discount")
        append(discounts, entry.accountId, {
          effectiveAt,
          value: { of: entry.multiplier, product: undefined },
        });
    }
  }
  return {
    resolve(modelId, groupId, accountId, atMs, admittedMs = atMs) {
      const versionId = latest(ids, atMs);
      const own = accounts.size === 0 ? undefined : accounts.get(accountKey({ accountId, modelId }));
      const components = stated(latest(own, atMs)) ?? stated(latest(models.get(modelId), atMs));
      const groupMultiplier = latest(groups.get(groupId), atMs);
      if (versionId === undefined || components === undefined || groupMultiplier === undefined)
        return undefined;
      const hours = components.hours && hoursAt(components.hours, admittedMs);
      const discount = discounts.size === 0 ? undefined : latest(discounts.get(accountId), atMs);
      // Named one by one: to spread into what has begun is slow, and every call asks for its price.
      const { discountMultiplier, multiplier } = discounted(groupMultiplier, discount);
      return {
        versionId,
        components: pricesAtHour(components, admittedMs),
        hours,
        groupMultiplier,
        discountMultiplier,
        multiplier,
      };
    },
  };
}

/** A discount, and the last product of it and a group's multiplier: most accounts stay on one line. */
type Discount = { readonly of: Fraction; product: { group: Fraction; both: Fraction } | undefined };

function discounted(
  group: Fraction,
  discount: Discount | undefined,
): Pick<ResolvedPrice, "discountMultiplier" | "multiplier"> {
  if (discount === undefined || discount.of.num === discount.of.den)
    return { discountMultiplier: undefined, multiplier: group };
  if (discount.product?.group !== group)
    discount.product = { group, both: multiplyFractions(group, discount.of) };
  return { discountMultiplier: discount.of, multiplier: discount.product.both };
}

/** Versions are few and asked for now, so the newest is looked at first. */
function latest<Value>(figures: readonly Figure<Value>[] | undefined, atMs: number): Value | undefined {
  return figures?.findLast((figure) => figure.effectiveAt <= atMs)?.value;
}

function stated(components: PriceComponents | undefined): PriceComponents | undefined {
  return components !== undefined && Object.keys(components).length > 0 ? components : undefined;
}

function append<Value>(figures: Map<string, Figure<Value>[]>, key: string, figure: Figure<Value>): void {
  const list = figures.get(key);
  if (list === undefined) figures.set(key, [figure]);
  else list.push(figure);
}

/** Account ids hold no space, so the pair cannot be read two ways. */
function accountKey(entry: { accountId: string; modelId: string }): string {
  return `${entry.accountId} ${entry.modelId}`;
}
