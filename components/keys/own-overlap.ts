export const overlapUnits = ["minutes", "hours", "days"] as const;
export type OverlapUnit = (typeof overlapUnits)[number];

const seconds = { minutes: 60, hours: 3600, days: 86_400 };
const mostSeconds = 30 * 86_400;

/** An overlap that someone typed, in seconds; null for one that is none: not a whole number, 0, or beyond 30 days. */
export function ownOverlapSeconds(amount: string | number, unit: OverlapUnit): number | null {
  const whole = Number(amount);
  if (amount === "" || !Number.isInteger(whole) || whole < 1) return null;
  const total = whole * seconds[unit];
  return total > mostSeconds ? null : total;
}
