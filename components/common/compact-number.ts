import { groupDigits } from "./format-money.ts";

/** For axes and figures, where size matters more than the last digit: 1154700 is "1.15M", 12345 "12.3k", 1234 "1,234". */
export function compactNumber(value: number): string {
  if (value >= 1_000_000_000) return `${Number((value / 1_000_000_000).toPrecision(3))}G`;
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`;
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  if (value > 0 && value < 0.95) return String(Number(value.toPrecision(2)));
  const [whole = "", tenth] = String(Math.round(value * 10) / 10).split(".");
  return tenth === undefined ? groupDigits(whole) : `${groupDigits(whole)}.${tenth}`;
}
