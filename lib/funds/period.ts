export type BudgetPeriod = "day" | "week" | "month" | "total";

/**
 * The first instant (ms epoch) of the budget period that holds `nowMs`, in an IANA time zone: midnight, Monday's
 * midnight, the first of the month. Where a change of the clocks skips midnight it is the first instant that exists.
 * `total` has one period, from 0.
 */
export function periodStart(nowMs: number, period: BudgetPeriod, timeZone: string): number {
  if (period === "total") return 0;
  const local = localDate(nowMs, timeZone);
  if (period === "month") local.day = 1;
  if (period === "week")
    local.day -= (new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay() + 6) % 7;
  return instantOfMidnight(Date.UTC(local.year, local.month - 1, local.day), timeZone);
}

function localDate(ms: number, timeZone: string): { year: number; month: number; day: number } {
  const shifted = new Date(ms + offsetMs(ms, timeZone));
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() };
}

/** `midnightAsUtcMs` is the wall clock's reading taken as if it were UTC. */
function instantOfMidnight(midnightAsUtcMs: number, timeZone: string): number {
  // The offset before the midnight and the one after it are the only candidates; the earlier valid instant wins.
  const candidates = [-86_400_000, 86_400_000]
    .map((around) => midnightAsUtcMs - offsetMs(midnightAsUtcMs + around, timeZone))
    .sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetMs(ms, timeZone) === midnightAsUtcMs);
  // Skipped midnight: the clocks jump at the later candidate's reading of the old offset.
  return exact ?? Math.max(...candidates);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far local wall clock is ahead of UTC at `ms`. */
function offsetMs(ms: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}
