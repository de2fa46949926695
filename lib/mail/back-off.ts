const LONGEST_MS = 3_600_000;

/**
 * How long until a mail is tried again after its `tries`-th try: 30 s, 1 min, 2 min … up to an hour, give or take a
 * fifth by chance (`random` in 0..1), so that what failed together does not come back together.
 */
export function mailPauseMs(tries: number, random: number, firstMs = 30_000): number {
  return Math.round(Math.min(firstMs * 2 ** Math.max(0, tries - 1), LONGEST_MS) * (0.8 + 0.4 * random));
}
