import type { Fraction } from "#lib/core/fraction";
import type { PriceComponents } from "./units.ts";
import type { PriceVersion } from "./versions.ts";

/** What is charged at one moment, and the version that last named each figure. */
export type CurrentPrices = {
  readonly models: ReadonlyMap<string, { readonly components: PriceComponents; readonly versionId: string }>;
  readonly groups: ReadonlyMap<string, Fraction>;
};

/** The prices in force at `atMs`; a model whose price was withdrawn (no components) is not among them. */
export function currentPrices(versions: readonly PriceVersion[], atMs: number): CurrentPrices {
  const models = new Map<string, { components: PriceComponents; versionId: string }>();
  const groups = new Map<string, Fraction>();
  for (const version of inOrder(versions)) {
    if (version.effectiveAt > atMs) break;
    for (const entry of version.entries) {
      if (entry.kind === "group") groups.set(entry.groupId, entry.multiplier);
      if (entry.kind !== "model") continue;
      if (Object.keys(entry.components).length === 0) models.delete(entry.modelId);
      else models.set(entry.modelId, { components: entry.components, versionId: version.id });
    }
  }
  return { models, groups };
}

/** The versions up to and including one, as they stood when a call was admitted under it. */
export function versionsUpTo(versions: readonly PriceVersion[], versionId: string): readonly PriceVersion[] {
  const ordered = inOrder(versions);
  return ordered.slice(0, ordered.findIndex((version) => version.id === versionId) + 1);
}

function inOrder(versions: readonly PriceVersion[]): PriceVersion[] {
  return [...versions].sort(
    (left, right) => left.effectiveAt - right.effectiveAt || left.number - right.number,
  );
}
