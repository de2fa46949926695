/** What a list is sorted by, as its `sort` parameter says it: "name", "-name"; `standard` is what no parameter means. */
export type Sorting = { value: string | null; standard: string; onChange: (sort: string | null) => void };

/** The direction in which the list is sorted by a field; undefined if it is sorted by another. */
export function sortDirection(
  { value, standard }: Sorting,
  field: string,
): "ascending" | "descending" | undefined {
  const sort = value ?? standard;
  if (sort === field) return "ascending";
  return sort === `-${field}` ? "descending" : undefined;
}

/** What a click on the field's name asks for; null where that is the standard, so that the address stays clean. */
export function nextSort(sorting: Sorting, field: string): string | null {
  const next = sortDirection(sorting, field) === "ascending" ? `-${field}` : field;
  const first =
    sortDirection(sorting, field) === undefined && sorting.standard === `-${field}` ? `-${field}` : next;
  return first === sorting.standard ? null : first;
}
