import type { LogRow } from "#lib/logs/schema";

/** How fast the answer came once it had begun; null where that cannot be told: not streamed, nothing said, no time between. */
export function tokensPerSecond({
  stream,
  firstTokenMs,
  latencyMs,
  completionTokens,
}: Pick<LogRow, "stream" | "firstTokenMs" | "latencyMs" | "completionTokens">): number | null {
  if (!stream || firstTokenMs === null || completionTokens === 0 || latencyMs <= firstTokenMs) return null;
  const perSecond = completionTokens / ((latencyMs - firstTokenMs) / 1000);
  return perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10;
}
