"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { limitsQuery, modelsQuery } from "#lib/api/queries";
import {
  type BulkEdit,
  bulkCells,
  type Draft,
  type Drafts,
  type GridRow,
  type GridScope,
  standingOf,
  withDraft,
} from "./limit-edits.ts";

const none: Drafts = new Map();

/** Every page of a list, one after another. */
function useAllPages<T>(query: {
  data: { pages: { items: T[] }[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  error: Error | null;
  fetchNextPage: () => unknown;
}): T[] | undefined {
  const { data, hasNextPage, isFetchingNextPage, error, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && error === null) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  return useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
}

/** The grid's rows, what stands in it and what is drafted, for one scope. Drafts are kept until saved or discarded. */
export function useLimitGrid(scope: GridScope, { q, all }: { q: string | null; all: boolean }) {
  const query = useInfiniteQuery(limitsQuery());
  const limits = useAllPages(query);
  const models = useAllPages(useInfiniteQuery({ ...modelsQuery({ limit: 500 }), enabled: all }));
  const { scope: name, id } = scope;
  const standing = useMemo(() => standingOf(limits ?? [], { scope: name, id }), [limits, name, id]);
  const rows = useMemo(
    () => rowsOf(limits ?? [], models ?? [], { scope: { scope: name, id }, q, all }),
    [limits, models, name, id, q, all],
  );
  const [history, setHistory] = useState<readonly Drafts[]>([none]);
  const drafts = history.at(-1) ?? none;
  const edit = (cells: readonly { key: string; draft: Draft }[]) => {
    const next = cells.reduce((left, { key, draft }) => withDraft(left, standing, key, draft), drafts);
    setHistory([...history.slice(-100), next]);
  };
  const shadowOf = (key: string) => (drafts.get(key) ?? standing.get(key))?.shadow ?? false;
  const currentOf = (key: string) => {
    const draft = drafts.get(key);
    return draft === undefined ? (standing.get(key)?.value ?? null) : draft.value;
  };
  const put = (cells: readonly { key: string; value: number | null }[]) =>
    edit(cells.map(({ key, value }) => ({ key, draft: { value, shadow: value !== null && shadowOf(key) } })));
  return {
    query,
    limits: limits ?? [],
    isLoaded: limits !== undefined,
    rows,
    standing,
    drafts,
    currentOf,
    shadowOf,
    put,
    setShadow: (key: string, shadow: boolean) => edit([{ key, draft: { value: currentOf(key), shadow } }]),
    bulk: (how: BulkEdit) => put(bulkCells(rows, how, currentOf)),
    undo: () => setHistory((steps) => (steps.length > 1 ? steps.slice(0, -1) : steps)),
    discard: () => setHistory([none]),
  };
}

export type LimitGridState = ReturnType<typeof useLimitGrid>;

type Named = { scope: string; scopeId: string | null; model: string | null };

/** All models together first; then those with a limit of the scope (or for one's own scope also a default), or all. */
function rowsOf(
  limits: readonly Named[],
  models: readonly { id: string }[],
  { scope, q, all }: { scope: GridScope; q: string | null; all: boolean },
): GridRow[] {
  const limited = limits.filter(
    (limit) =>
      limit.scope === "default" ||
      (limit.scope === scope.scope && limit.scopeId === scope.id) ||
      scope.id === null,
  );
  const names = new Set(limited.flatMap(({ model }) => model ?? []));
  if (all) for (const { id } of models) names.add(id);
  const wanted = q?.trim().toLowerCase() ?? "";
  const found = [...names]
    .filter((name) => name.toLowerCase().includes(wanted))
    .sort((a, b) => a.localeCompare(b));
  return [...(wanted === "" ? [{ model: null }] : []), ...found.map((model) => ({ model }))];
}
