import { type ConditionName, conditionNames } from "#lib/pricing/conditions";
import { displayConditions, displayPrices, type ShownConditions } from "#lib/pricing/display";
import { readPrices } from "#lib/pricing/edit";
import { type PriceComponents, type PriceUnit, priceUnits } from "#lib/pricing/units";
import type { PriceEntryAnswer } from "#lib/pricing/version-schema";

/** Prices and reasons by model id. */
export type Edits = {
  prices: ReadonlyMap<string, PriceComponents>;
  reasons: ReadonlyMap<string, string>;
};

/** The same as texts that can be compared: what a draft says of a model, null or undefined where it says nothing. */
export type DraftValues = Readonly<Record<string, DraftValue | null | undefined>>;
type DraftValue = { price: Record<string, string>; conditions: ShownConditions; reason: string };

export function editsOfEntries(entries: readonly PriceEntryAnswer[]): Edits {
  const ofModels = entries.flatMap((entry) =>
    entry.kind === "model" && entry.model !== null ? [{ ...entry, model: entry.model }] : [],
  );
  return {
    prices: new Map(
      ofModels.map(({ model, price, ...conditions }) => [model, readPrices(price ?? {}, conditions)]),
    ),
    reasons: new Map(ofModels.map(({ model, reason }) => [model, reason ?? ""])),
  };
}

export function valuesOfEdits({ prices, reasons }: Edits): DraftValues {
  return Object.fromEntries(
    [...prices].map(([model, components]) => [
      model,
      {
        price: displayPrices(components),
        conditions: displayConditions(components),
        reason: reasons.get(model) ?? "",
      },
    ]),
  );
}

export function editsOfValues(values: DraftValues): Edits {
  const said = Object.entries(values).flatMap(([model, value]) => (value == null ? [] : [{ model, value }]));
  return {
    prices: new Map(said.map(({ model, value }) => [model, readPrices(value.price, value.conditions)])),
    reasons: new Map(said.map(({ model, value }) => [model, value.reason])),
  };
}

/** What the draft says now, null for the models of which it has said something before. */
export function valuesOfEntries(entries: readonly PriceEntryAnswer[], before: DraftValues): DraftValues {
  const nothing = Object.fromEntries(Object.keys(before).map((model) => [model, null]));
  return { ...nothing, ...valuesOfEdits(editsOfEntries(entries)) };
}

/** What the server is told of a model that is not at hand, all of it: its units and conditions, none left to what stood before. */
export function entryOfValue(model: string, { price, conditions, reason }: DraftValue) {
  const said = reason.trim() === "" ? {} : { reason: reason.trim() };
  if (Object.keys(price).length === 0) return { model, withdrawn: true, ...said };
  const units = Object.fromEntries(priceUnits.map((unit) => [unit, price[unit] ?? null]));
  return { model, price: units, ...conditions, ...said };
}

/** One model's prices in a line. */
export function draftValueText(
  value: DraftValues[string],
  names: { units: Readonly<Record<PriceUnit, string>>; conditions: Readonly<Record<ConditionName, string>> },
): string {
  if (value == null) return "";
  const { price, conditions, reason } = value;
  const prices = priceUnits.flatMap((unit) =>
    price[unit] === undefined ? [] : [`${names.units[unit]} $${price[unit]}`],
  );
  const named = conditionNames.flatMap((name) =>
    conditions[name].length > 0 ? [`${names.conditions[name]}: ${conditions[name].length}`] : [],
  );
  return [...prices, ...named, reason].filter((part) => part !== "").join(", ");
}
