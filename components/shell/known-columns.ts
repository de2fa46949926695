/**
 * The columns of a saved view that its list still has, and those that it has no more: a release may rename or drop one.
 * Without a list of columns all are taken as they are.
 */
export function knownColumns(
  saved: readonly string[],
  columns: readonly string[] | undefined,
): { known: string[]; unknown: string[] } {
  const isKnown = (id: string) => columns === undefined || columns.includes(id);
  return { known: saved.filter(isKnown), unknown: saved.filter((id) => !isKnown(id)) };
}
