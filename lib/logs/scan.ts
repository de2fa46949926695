import { dayMs, hourMs } from "#lib/core/time";
import type { ListLogs } from "./schema.ts";

/** How long a page looks for its rows before it says how far it got. */
export const budgetMs = 2_000;
/** How long the whole range may be tried at once, where an index leads to the rows. */
const firstTryMs = 1_000;
/** Without a step forward a page would never end: then, and only then, the budget is stretched. */
const mostMs = 5_000;
const leastWidthMs = 60_000;

/** One look at the rows of [fromMs, toMs), newest first, for at most `withinMs`. Undefined: it was cut. */
export type Look<Found> = (
  slice: { fromMs: number; toMs: number },
  withinMs: number,
) => Promise<Found | undefined>;

/** Whether few rows are read per row found: an index leads to what these filters name. */
export function hasIndex(query: Omit<ListLogs, "limit">): boolean {
  const { accountId, keyId, ip, requestId } = query;
  return accountId !== undefined || keyId !== undefined || ip !== undefined || requestId !== undefined;
}

/**
 * Walks a range from its end to its start in slices that grow while they are fast and shrink when they are cut, until
 * `isEnough` says so, the range is done or the budget is spent. Answers from where on everything was looked at.
 */
export async function walkBack<Found>(
  range: { fromMs: number; toMs: number; isIndexed: boolean },
  look: Look<Found>,
  isEnough: (found: Found) => boolean,
  nowMs: () => number,
): Promise<{ scannedToMs: number; isDone: boolean }> {
  const startedMs = nowMs();
  const { fromMs } = range;
  let highMs = range.toMs;
  let widthMs = range.isIndexed ? Math.max(leastWidthMs, highMs - fromMs) : hourMs;
  let isFirst = range.isIndexed;
  while (highMs > fromMs) {
    const spentMs = nowMs() - startedMs;
    const hasMoved = highMs < range.toMs;
    const leftMs = (hasMoved ? budgetMs : mostMs) - spentMs;
    if (leftMs <= 0) return { scannedToMs: highMs, isDone: false };
    const lowMs = Math.max(fromMs, highMs - widthMs);
    const within = isFirst ? firstTryMs : Math.min(leftMs, budgetMs);
    const found = await look({ fromMs: lowMs, toMs: highMs }, within);
    const tookMs = nowMs() - startedMs - spentMs;
    if (found === undefined) {
      if (hasMoved && nowMs() - startedMs >= budgetMs) return { scannedToMs: highMs, isDone: false };
      widthMs = Math.max(leastWidthMs, isFirst ? Math.min(dayMs, widthMs / 8) : widthMs / 8);
      isFirst = false;
      continue;
    }
    isFirst = false;
    highMs = lowMs;
    if (isEnough(found)) return { scannedToMs: highMs, isDone: true };
    if (tookMs < 100) widthMs *= 4;
    else if (tookMs < 400) widthMs *= 2;
  }
  return { scannedToMs: fromMs, isDone: true };
}
