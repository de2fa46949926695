import { dayMs, hourMs, minuteMs } from "#lib/core/time";

/**
 * Part of a chart's range, and the rollup that tells it. With lines an hour tells its minutes and a day its hours,
 * else both tell one sum.
 */
export type Stretch = { level: "minute" | "hour" | "day"; fromMs: number; toMs: number };
/** The spans whose sums stand, by their first instants in ms. */
export type SummedSpans = { hours: ReadonlySet<number>; days: ReadonlySet<number> };

/** A range in more pieces than this (days of a node's late bills) is read from the minutes as a whole. */
const mostStretches = 24;

/**
 * Cuts a range into stretches, each to be read from the coarsest rollup that is exact there and no coarser than the
 * step. It begins at its whole minute. What is not summed yet, or stale, is read from the minutes.
 */
export function coverRange(
  range: { fromMs: number; toMs: number; stepMs: number; line?: unknown },
  { hours, days }: SummedSpans,
): Stretch[] {
  const { toMs, stepMs, line } = range;
  const [leastOfHour, leastOfDay] = line === undefined ? [hourMs, dayMs] : [minuteMs, hourMs];
  const stretches: Stretch[] = [];
  const take = (level: Stretch["level"], fromMs: number, untilMs: number) => {
    const last = stretches.at(-1);
    if (last?.level === level) last.toMs = untilMs;
    else stretches.push({ level, fromMs, toMs: untilMs });
    return untilMs;
  };
  let at = Math.floor(range.fromMs / minuteMs) * minuteMs;
  while (at < toMs) {
    if (stepMs % leastOfDay === 0 && days.has(at) && at + dayMs <= toMs) at = take("day", at, at + dayMs);
    else if (stepMs % leastOfHour === 0 && hours.has(at) && at + hourMs <= toMs)
      at = take("hour", at, at + hourMs);
    else at = take("minute", at, Math.min(toMs, Math.floor(at / hourMs) * hourMs + hourMs));
  }
  if (stretches.length <= mostStretches) return stretches;
  return [{ level: "minute", fromMs: Math.floor(range.fromMs / minuteMs) * minuteMs, toMs }];
}
