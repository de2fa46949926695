export const dayMs = 86_400_000;

/** The beginning of a moment's hour, so that the cache can answer a page that is opened again. */
export function startOfHour(ms: number): number {
  const hourMs = dayMs / 24;
  return Math.floor(ms / hourMs) * hourMs;
}
