import { z } from "zod";
import { countServingChannels } from "#lib/channels/store";
import { decodeCursor, encodeCursor } from "#lib/core/page";
import { lineInput } from "#lib/core/shapes";
import { listGroups } from "#lib/groups/service";
import { publicFees } from "#lib/payments/fees-service";
import type { PublicFees } from "#lib/payments/public-schema";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import { singleton } from "#lib/runtime/singletons";
import type { PublicTier } from "#lib/tiers/schema";
import { publicTiers } from "#lib/tiers/store";
import { isAsked, toPublicPrice, upcomingPrices } from "./public-price.ts";
import type { PublicLine, PublicPrice, PublicPrices, PublicPricesQuery } from "./public-schema.ts";
import { listAllModelRows, newestRevision } from "./store.ts";

/** Everything that the public may read of prices, as of a config revision. */
type Published = {
  revision: bigint;
  /** When the next version takes effect; it holds no longer. */
  untilMs: number;
  prices: readonly PublicPrice[];
  lines: readonly PublicLine[];
  tiers: readonly PublicTier[];
  fees: PublicFees;
  vendors: readonly string[];
  inForce: { id: string; effectiveAt: string } | null;
};

/** However many ask, the database is asked for its revision, tiers and fees this often, and for the prices when it has moved. */
const FRESH_MS = 500;
const position = z.tuple([lineInput(64), lineInput(256)]);

/** A page of public prices by vendor and model. */
export async function publicPrices(query: PublicPricesQuery, nowMs: number): Promise<PublicPrices> {
  const { prices, lines, tiers, fees, vendors, inForce } = await published(nowMs);
  const after = decodeCursor(query.cursor, position);
  const asked = prices.filter((price) => isAsked(price, query));
  const start = after === undefined ? 0 : asked.findIndex((price) => isAfter(price, after));
  const items = start < 0 ? [] : asked.slice(start, start + query.limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && asked.at(-1) !== last;
  return {
    items,
    nextCursor: hasMore ? encodeCursor([last.vendor, last.model]) : null,
    total: asked.length,
    effectiveAt: inForce?.effectiveAt ?? null,
    priceVersionId: inForce?.id ?? null,
    vendors: [...vendors],
    lines: [...lines],
    tiers: [...tiers],
    fees,
  };
}

function isAfter(
  { vendor, model }: PublicPrice,
  [afterVendor, afterModel]: readonly [string, string],
): boolean {
  return vendor === afterVendor ? model > afterModel : vendor > afterVendor;
}

async function published(nowMs: number): Promise<Published> {
  const kept = singleton("public-prices", () => ({
    checkedMs: Number.NEGATIVE_INFINITY,
    reading: undefined as Promise<Published> | undefined,
    value: undefined as Published | undefined,
  }));
  const isFresh = nowMs - kept.checkedMs < FRESH_MS && nowMs >= kept.checkedMs;
  if (kept.value !== undefined && isFresh && nowMs < kept.value.untilMs) return kept.value;
  kept.reading ??= refresh(kept.value, nowMs)
    .then((value) => {
      kept.value = value;
      kept.checkedMs = nowMs;
      return value;
    })
    .finally(() => {
      kept.reading = undefined;
    });
  return kept.reading;
}

async function refresh(known: Published | undefined, nowMs: number): Promise<Published> {
  // Tiers and ways of paying are no part of the configuration that nodes hold: no revision tells of their change.
  const [revision, tiers, fees] = await Promise.all([newestRevision(), publicTiers(), publicFees(nowMs)]);
  if (known?.revision === revision && nowMs < known.untilMs) return { ...known, tiers, fees };
  const [versions, serving, rows, groups] = await Promise.all([
    loadPublishedVersions(),
    countServingChannels(),
    listAllModelRows(),
    listGroups(500),
  ]);
  const startOf = new Map(versions.map(({ id, effectiveAt }) => [id, effectiveAt]));
  const current = currentPrices(versions, nowMs).models;
  const upcoming = upcomingPrices(versions, nowMs);
  const prices = rows.flatMap((row): PublicPrice[] => {
    const price = current.get(row.id);
    if (price === undefined) return [];
    const effectiveAtMs = startOf.get(price.versionId) ?? nowMs;
    return [
      toPublicPrice(row, { ...price, effectiveAtMs }, { channels: serving.get(row.id) ?? 0, upcoming }),
    ];
  });
  const [inForce] = versions
    .filter(({ effectiveAt }) => effectiveAt <= nowMs)
    .sort((left, right) => right.effectiveAt - left.effectiveAt || right.number - left.number);
  return {
    revision,
    untilMs: Math.min(
      ...versions.map(({ effectiveAt }) => effectiveAt).filter((startMs) => startMs > nowMs),
      Number.POSITIVE_INFINITY,
    ),
    prices,
    lines: groups.map(({ id, name, description, multiplier }) => ({ id, name, description, multiplier })),
    tiers,
    fees,
    vendors: [...new Set(prices.map(({ vendor }) => vendor))],
    inForce: inForce ? { id: inForce.id, effectiveAt: new Date(inForce.effectiveAt).toISOString() } : null,
  };
}
