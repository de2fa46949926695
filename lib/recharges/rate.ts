import { dayMs } from "#lib/core/time";

/** What the seed says of its example rate: until an operator enters one of that currency, it is the standing rate. */
export const seededSource = "seed: an example, add your own rate before you take money";

/**
 * Whether a rate dated `date` may still value what was paid on `day` (both YYYY-MM-DD, UTC; `date` is not later): `days`
 * after its date it is too old (0: it is good on its own day alone). A standing rate does not age.
 */
export function isGoodRate(
  { date, isStanding }: { date: string; isStanding: boolean },
  day: string,
  days: number,
): boolean {
  return isStanding || Date.parse(day) - Date.parse(date) <= days * dayMs;
}
