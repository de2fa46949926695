import {
  type Fraction,
  fractionFromInteger,
  multiplyFractions,
  subtractFractions,
  zero,
} from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import { billUsage, type BillTerm as PricedTerm } from "#lib/pricing/bill";
import { versionsUpTo } from "#lib/pricing/current";
import { displayExact, displayNanoUsd, displayPrice, timeOfDay, unitsPerPrice } from "#lib/pricing/display";
import { askedOfKind, type ImageAsked, imageName, imageOf, pricesOfImage } from "#lib/pricing/image-prices";
import type { PriceComponents } from "#lib/pricing/units";
import type { Usage } from "#lib/pricing/usage";
import { makePriceTable, type PriceVersion, type ResolvedPrice } from "#lib/pricing/versions";
import { admittedMs } from "./like-rows.ts";
import type { RequestLogRow } from "./row.ts";
import type { BillTerm, LogBill } from "./schema.ts";

/** What a stored row says about its bill. */
export type BilledRow = Pick<
  RequestLogRow,
  | "accountId"
  | "groupId"
  | "model"
  | "priceVersionId"
  | "ledgerTransactionId"
  | "costNanoUsd"
  | "usageSource"
  | "promptTokens"
  | "completionTokens"
  | "cacheReadTokens"
  | "cacheWriteTokens5m"
  | "cacheWriteTokens1h"
  | "imageInputTokens"
  | "imageOutputTokens"
  | "audioInputTokens"
  | "audioOutputTokens"
  | "reasoningTokens"
  | "images"
  | "imageKind"
  | "createdAtMs"
  | "parentId"
  | "seconds"
  | "characters"
>;

/**
 * The bill of a row, computed again from the price version that it names: terms, one rounding at the end, and whether
 * that is what was charged. null when the row names no version, or one that no longer prices the call.
 */
export function recomputeBill(row: BilledRow, versions: readonly PriceVersion[]): LogBill | null {
  const version = versions.find((one) => one.id === row.priceVersionId);
  if (version === undefined || row.model === null || row.groupId === null) return null;
  const price = makePriceTable(versionsUpTo(versions, version.id)).resolve(
    row.model,
    row.groupId,
    row.accountId ?? "",
    version.effectiveAt,
    admittedMs(row),
  );
  if (price === undefined) return null;
  const { groupMultiplier, discountMultiplier, multiplier } = price;
  const asked = imageAskedOf(row);
  const components = asked === undefined ? price.components : pricesOfImage(price.components, asked);
  if (components === undefined) return null;
  const bill =
    row.usageSource === "none"
      ? { priced: true as const, costNanoUsd: 0n, terms: [], subtotal: zero }
      : billUsage({ usage: usageOf(row, components), components, groupMultiplier: multiplier });
  if (!bill.priced) return null;
  const exact = multiplyFractions(bill.subtotal, multiplier);
  return {
    priceVersionId: version.id,
    priceVersionNumber: version.number,
    ...conditionsHeld(price, asked),
    terms: bill.terms.map(toTerm),
    subtotal: displayNanoUsd(bill.subtotal),
    groupMultiplier: displayExact(groupMultiplier),
    ...discountOf(bill.subtotal, groupMultiplier, discountMultiplier),
    exact: displayNanoUsd(exact),
    rounding: displayNanoUsd(subtractFractions(fractionFromInteger(bill.costNanoUsd), exact)),
    cost: formatUsd(bill.costNanoUsd),
    storedCost: formatUsd(row.costNanoUsd),
    equal: bill.costNanoUsd === row.costNanoUsd,
    ledgerTransactionId: row.ledgerTransactionId,
  };
}

/** What the account's discount takes off, exact. */
function discountOf(
  subtotal: Fraction,
  group: Fraction,
  discount: Fraction | undefined,
): Pick<LogBill, "discountMultiplier" | "discount"> {
  if (discount === undefined) return { discountMultiplier: null, discount: null };
  const full = multiplyFractions(subtotal, group);
  const taken = subtractFractions(full, multiplyFractions(full, discount));
  return { discountMultiplier: displayExact(discount), discount: displayNanoUsd(taken) };
}

/** What was asked for, of a row that made images; its price's own default where it says nothing. */
function imageAskedOf({ images, imageKind }: BilledRow): ImageAsked | undefined {
  if (images === 0) return undefined;
  return askedOfKind(imageKind ?? "");
}

/** By name, what of the price held for this call alone. */
function conditionsHeld(
  { components, hours }: ResolvedPrice,
  asked: ImageAsked | undefined,
): Pick<LogBill, "hours" | "image"> {
  const image = asked && imageOf(components, asked);
  return {
    hours: hours === undefined ? null : { from: timeOfDay(hours.from), to: timeOfDay(hours.to) },
    image: image === undefined || image === "any" ? null : imageName(image),
  };
}

/** A row as usage: its seconds are video where the model sells video, else audio. A row is one call. */
export function usageOf(row: BilledRow, components: PriceComponents): Usage {
  const isVideo = components.videoSecond !== undefined;
  return {
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    cacheReadTokens: row.cacheReadTokens,
    cacheWriteTokens5m: row.cacheWriteTokens5m,
    cacheWriteTokens1h: row.cacheWriteTokens1h,
    imageInputTokens: row.imageInputTokens,
    imageOutputTokens: row.imageOutputTokens,
    audioInputTokens: row.audioInputTokens,
    audioOutputTokens: row.audioOutputTokens,
    reasoningTokens: row.reasoningTokens,
    images: row.images,
    videoSeconds: isVideo ? row.seconds : 0,
    audioSeconds: isVideo ? 0 : row.seconds,
    characters: row.characters,
    calls: 1,
  };
}

function toTerm(term: PricedTerm): BillTerm {
  return {
    unit: term.unit,
    quantity: String(term.quantity),
    price: displayPrice(term.unit, term.priceNanoUsd),
    per: unitsPerPrice(term.unit),
    amount: displayNanoUsd(term.amount),
  };
}
