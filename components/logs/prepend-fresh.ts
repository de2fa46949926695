import type { InfiniteData } from "@tanstack/react-query";
import type { Page } from "#lib/api/queries";
import type { LogRow } from "#lib/logs/schema";

/**
 * Puts the rows of `newest` that the list lacks into its first page, newest first. Rows settle out of order, so a
 * late one finds its place among those that are there already. Without a list there is nothing to add to.
 */
export function prependFresh<P extends Page<LogRow>, Param>(
  list: InfiniteData<P, Param> | undefined,
  newest: Page<LogRow>,
): { data: InfiniteData<P, Param> | undefined; freshIds: Set<string> } {
  const [first, ...rest] = list?.pages ?? [];
  if (list === undefined || first === undefined) return { data: list, freshIds: new Set() };
  const known = new Set(list.pages.flatMap((page) => page.items.map((row) => row.requestId)));
  const oldest = list.pages.at(-1)?.items.at(-1)?.requestId ?? "";
  const fresh = newest.items.filter((row) => !known.has(row.requestId) && row.requestId > oldest);
  // Ids are UUIDv7: their order is the order of time.
  const items = [...fresh, ...first.items].toSorted((left, right) =>
    left.requestId < right.requestId ? 1 : -1,
  );
  return {
    data: { ...list, pages: [{ ...first, items }, ...rest] },
    freshIds: new Set(fresh.map((row) => row.requestId)),
  };
}
