/** Rows chosen for one action on all of them, by id. */
export type Selection = { ids: ReadonlySet<string>; onChange: (ids: ReadonlySet<string>) => void };

/** The chosen ids with one more or one less. */
export function toggled(ids: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The chosen ids with all rows from one to another, in whichever order they were clicked. */
export function withStretch(
  ids: ReadonlySet<string>,
  rowIds: readonly string[],
  from: number,
  to: number,
): Set<string> {
  return new Set([...ids, ...rowIds.slice(Math.min(from, to), Math.max(from, to) + 1)]);
}
