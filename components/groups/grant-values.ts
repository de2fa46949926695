import type { Grant, PutGrant } from "#lib/groups/grant-schema";
import { localInput, momentOf } from "../common/local-moment.ts";

export type GrantValues = {
  accountId: string | null;
  models: string[];
  expiresAt: string;
  isForGood: boolean;
  /** Of all models that were ever chosen here: a local time, empty: as the grant. */
  ends: Record<string, string>;
  /** Models that stay for good while the rest does not, until an end is typed for them. */
  keptForGood: string[];
  note: string;
};

export function formOfGrant(grant: Grant | null): GrantValues {
  const own = Object.entries(grant?.modelEnds ?? {});
  return {
    accountId: grant?.accountId ?? null,
    models: grant?.models ?? [],
    expiresAt: grant?.expiresAt == null ? "" : localInput(grant.expiresAt),
    isForGood: grant !== null && grant.expiresAt === null,
    ends: Object.fromEntries(own.flatMap(([model, end]) => (end === null ? [] : [[model, localInput(end)]]))),
    keptForGood: own.flatMap(([model, end]) => (end === null ? [model] : [])),
    note: grant?.note ?? "",
  };
}

/** The models whose ends are asked for: of a grant for everything, those that have one of their own already. */
export function modelsWithEnds({ models, ends, keptForGood }: GrantValues): string[] {
  return models.length > 0 ? models : [...new Set([...Object.keys(ends), ...keptForGood])];
}

export function grantBodyOf(values: GrantValues): PutGrant {
  const { models, isForGood, expiresAt, ends, keptForGood, note } = values;
  const modelEnds = modelsWithEnds(values).flatMap((model): [string, string | null][] => {
    const end = ends[model] ?? "";
    if (end !== "") return [[model, momentOf(end)]];
    return keptForGood.includes(model) ? [[model, null]] : [];
  });
  return {
    models,
    expiresAt: isForGood ? null : momentOf(expiresAt),
    modelEnds: Object.fromEntries(modelEnds),
    note: note.trim(),
  };
}
