/** The value below which the share (0 to 1) of the values lies; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Milliseconds of the gateway's own part out of a `server-timing` header: `gateway;dur=1.25`. */
export function gatewayMs(serverTiming: string | null): number | undefined {
  const text = /(?:^|,)\s*gateway;(?:[^,]*;)?dur=([\d.]+)/.exec(serverTiming ?? "")?.[1];
  return text === undefined ? undefined : Number(text);
}
