import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { pushed } from "../data-table/history.ts";

export const limitViews = ["grid", "overrides", "applied", "refused"] as const;
export const gridScopes = ["default", "group", "account", "key", "channel"] as const;

/** What the Limits page shows, in the URL. */
export function useLimitParams() {
  return useQueryStates(
    {
      view: parseAsStringLiteral(limitViews).withDefault("grid"),
      scope: parseAsStringLiteral(gridScopes).withDefault("default"),
      scopeId: parseAsString,
      q: parseAsString,
      all: parseAsBoolean.withDefault(false),
      keyId: parseAsString,
      model: parseAsString,
    },
    pushed,
  );
}
