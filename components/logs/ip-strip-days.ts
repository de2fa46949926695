/** Calls of one address, day by day over the strip's days; `isNew` on the day on which it came first. */
export type StripLine = {
  ip: string;
  requests: number;
  firstSeen: string;
  days: { day: string; requests: number; isFirst: boolean }[];
};
type Seen = { day: string; ip: string; requests: number; firstSeen: string };

/**
 * Lines of the strip, the latest newcomers first: one per address, with every day from `days` ago to today (UTC), days
 * without a call included. `seen` are single days of single addresses.
 */
export function stripLines(seen: readonly Seen[], days: readonly string[]): StripLine[] {
  const byIp = Map.groupBy(seen, ({ ip }) => ip);
  return [...byIp]
    .map(([ip, all]) => {
      const counts = new Map(all.map(({ day, requests }) => [day, requests]));
      const firstSeen = all.map((one) => one.firstSeen).toSorted()[0] ?? "";
      const firstDay = firstSeen.slice(0, 10);
      return {
        ip,
        firstSeen,
        requests: all.reduce((sum, { requests }) => sum + requests, 0),
        days: days.map((day) => ({ day, requests: counts.get(day) ?? 0, isFirst: day === firstDay })),
      };
    })
    .toSorted((left, right) => (left.firstSeen < right.firstSeen ? 1 : -1));
}

/** The last `count` days up to now, as YYYY-MM-DD in UTC, oldest first. */
export function lastDays(nowMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(nowMs - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}
