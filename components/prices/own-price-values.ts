import type { Model } from "#lib/models/schema";
import { cellText, readPrices, withCell } from "#lib/pricing/edit";
import type { OwnPrice } from "#lib/pricing/own-prices-schema";
import { type PriceComponents, type PriceUnit, priceUnits } from "#lib/pricing/units";

export type Typed = Partial<Record<PriceUnit, string>>;

/** Longer than a price that was just published takes to be in force. */
const SOON_MS = 10_000;

/** What an edit starts from: what the account pays for it now, or in a moment. */
export function baseOf(own: OwnPrice | null, model: Model | undefined): PriceComponents {
  const soon = own?.upcoming.findLast(({ effectiveAt }) => Date.parse(effectiveAt) < Date.now() + SOON_MS);
  const price = soon === undefined ? own?.price : soon.price;
  if (own !== null && price != null) return readPrices(price, own);
  return model?.price == null ? {} : readPrices(model.price, model);
}

/** The prices after all that was typed; the model's multiplier comes first, for it moves the others. */
export function typed(
  base: PriceComponents,
  cells: Typed,
): { components: PriceComponents; unreadable: PriceUnit[] } {
  let components = base;
  const unreadable: PriceUnit[] = [];
  for (const unit of priceUnits) {
    const text = cells[unit];
    if (text === undefined) continue;
    const next = withCell(components, unit, text);
    if (next === undefined) unreadable.push(unit);
    else components = next;
  }
  return { components, unreadable };
}

/** What stands in the cells of the units that have a price. */
export function textsOf(components: PriceComponents): Typed {
  return Object.fromEntries(
    priceUnits.flatMap((unit) =>
      components[unit] === undefined ? [] : [[unit, cellText(components, unit)]],
    ),
  );
}
