import { parseFraction } from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import type { PublicPrice } from "#lib/models/public-schema";
import { billUsage } from "#lib/pricing/bill";
import { displayNanoUsd, displayPrice, minuteOfDay } from "#lib/pricing/display";
import { readPrices } from "#lib/pricing/edit";
import { pricesAtHour } from "#lib/pricing/hours";
import { askedOfKind, pricesOfImage } from "#lib/pricing/image-prices";
import { isPieceUnit, type PieceUnit, type PriceComponents, pieceUnits } from "#lib/pricing/units";
import { noUsage } from "#lib/pricing/usage";

/** What is to be priced: tokens, of which some cached, or pieces of what the model is sold by. */
export type Asked = {
  prompt: number;
  cached: number;
  completion: number;
  pieces: number;
  /** "16:30": where the hours begin; absent: at any other time. */
  hour?: string | undefined;
  /** "1024x1792 hd"; absent: the model's default. */
  image?: string | undefined;
};

type Term = { unit: string; quantity: number; each: string; amount: string };
/** `cost` of the one call, `perMillion` calls like it, in USD. `pieces`: what the model is sold by if not by tokens. */
export type Calculated = { terms: Term[]; cost: string; perMillion: string; pieces: PieceUnit | null };

/** The bill of a call by the code that bills: exact terms, one rounding, times the line's multiplier. */
export function calculate(
  { price, tiers, hours, images }: Pick<PublicPrice, "price" | "tiers" | "hours" | "images">,
  asked: Asked,
  multiplier: string,
): Calculated {
  const whole = readPrices(price, { tiers, hours, images });
  // One call of one kind: at the hour and of the image that are chosen, or as most are.
  const from = hours.find((one) => one.from === asked.hour)?.from;
  const atHour =
    from === undefined ? unconditional(whole) : pricesAtHour(whole, (minuteOfDay(from) ?? 0) * 60_000);
  const components = pricesOfImage(atHour, askedOfKind(asked.image ?? "")) ?? atHour;
  const isByToken = components.input !== undefined || components.output !== undefined;
  const pieces = isByToken ? null : (pieceUnits.find((unit) => components[unit] !== undefined) ?? null);
  const bill = billUsage({
    usage: {
      ...noUsage,
      ...(isByToken ? tokensOf(asked, components) : piecesOf(pieces, asked.pieces)),
    },
    components,
    groupMultiplier: parseFraction(multiplier),
  });
  if (!bill.priced) return { terms: [], cost: "0", perMillion: "0", pieces };
  const terms = bill.terms.map(({ unit, quantity, priceNanoUsd, amount }) => ({
    unit,
    quantity,
    each: `$${displayPrice(unit, priceNanoUsd)}${isPieceUnit(unit) ? "" : " / 1M"}`,
    amount: `$${displayNanoUsd(amount)}`,
  }));
  const { costNanoUsd } = bill;
  return { terms, cost: formatUsd(costNanoUsd), perMillion: formatUsd(costNanoUsd * 1_000_000n), pieces };
}

function unconditional({ hours: _, ...rest }: PriceComponents): PriceComponents {
  return rest;
}

/** A model without an output price takes only input. */
function tokensOf({ prompt, cached, completion }: Asked, { output, call }: PriceComponents) {
  return {
    promptTokens: prompt,
    cacheReadTokens: Math.min(cached, prompt),
    completionTokens: output === undefined ? 0 : completion,
    calls: call === undefined ? 0 : 1,
  };
}

function piecesOf(unit: PieceUnit | null, count: number) {
  const names = {
    call: "calls",
    image: "images",
    videoSecond: "videoSeconds",
    audioSecond: "audioSeconds",
    character: "characters",
  } as const;
  return unit === null ? {} : { [names[unit]]: count };
}
