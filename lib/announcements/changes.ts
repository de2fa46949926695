import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import type { PublicChange } from "./schema.ts";

/** Whom an announcement concerns: everybody, or who follows one of these. */
export type Concern = { concernsAll: boolean; vendors: string[]; models: string[] };

/** What somebody follows. */
export type Follows = { followsAll: boolean; vendors: readonly string[]; models: readonly string[] };

/** What of a version's changes everybody may know: prices of models and multipliers of lines, never an account's own prices or discount. */
export function publicChanges(changes: readonly PriceChangeAnswer[]): PublicChange[] {
  return changes.flatMap((change) => {
    if (change.kind === "account" || change.kind === "discount") return [];
    const { kind, model, vendor, group, units, multiplier, reason, multipliers } = change;
    return [
      {
        kind,
        model,
        vendor,
        group,
        units: units.map(({ unit, when, before, after, percent }) => ({
          unit,
          when,
          before,
          after,
          percent,
        })),
        multiplier,
        isWithdrawn:
          kind === "model" && multipliers.after === null && units.every(({ after }) => after === null),
        reason,
      },
    ];
  });
}

/** Whom changes concern: a line's multiplier moves every price on it. */
export function concernOf(changes: readonly PublicChange[]): Concern {
  const models = changes.flatMap(({ model }) => (model === null ? [] : [model]));
  const vendors = changes.flatMap(({ vendor }) => (vendor === null ? [] : [vendor]));
  return {
    concernsAll: changes.some(({ kind }) => kind === "group"),
    vendors: [...new Set(vendors)].sort(),
    models: [...new Set(models)].sort(),
  };
}

/** Whether somebody is to be told. */
export function isConcerned(concern: Concern, follows: Follows): boolean {
  if (follows.followsAll || concern.concernsAll) return true;
  return (
    concern.vendors.some((vendor) => follows.vendors.includes(vendor)) ||
    concern.models.some((model) => follows.models.includes(model))
  );
}

/** Of an announcement's changes those that somebody follows; lines concern everybody. */
export function followedChanges(changes: readonly PublicChange[], follows: Follows): PublicChange[] {
  if (follows.followsAll) return [...changes];
  return changes.filter(
    ({ kind, model, vendor }) =>
      kind === "group" ||
      (model !== null && follows.models.includes(model)) ||
      (vendor !== null && follows.vendors.includes(vendor)),
  );
}
