const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 1000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
  ["month", 30 * 86_400_000],
  ["year", 365 * 86_400_000],
];

const slackMs = 15_000;

/**
 * "3m ago", "in 2d": the largest unit that is not below 1, cut, never rounded up. A few seconds ahead is now: the
 * page's clock ticks every 10 s, and the server's may differ a little.
 */
export function relativeTime(thenMs: number, nowMs: number, locale: string): string {
  const ahead = thenMs - nowMs;
  const distance = ahead > 0 && ahead < slackMs ? 0 : ahead;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "narrow" });
  const step = steps.findLast(([, sizeMs]) => Math.abs(distance) >= sizeMs);
  if (step === undefined) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(0, "second");
  return format.format(Math.trunc(distance / step[1]), step[0]);
}
