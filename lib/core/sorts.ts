/** What lists of named things can be sorted by; "-" is downwards. The first is what no `sort` means. */
export const sorts = ["-createdAt", "createdAt", "name", "-name"] as const;
export type Sort = (typeof sorts)[number];

/** A text as one of them; null for any other. */
export function asSort(text: string | null): Sort | null {
  return sorts.find((sort) => sort === text) ?? null;
}
