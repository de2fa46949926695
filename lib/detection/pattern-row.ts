import { emptyPattern, type Pattern } from "./pattern.ts";
import { amountsAsText } from "./sighting-row.ts";

/** A pattern as it is stored: amounts are decimal text, shares have four digits. */
export function storedPattern(pattern: Pattern): string {
  return JSON.stringify(amountsAsText(pattern), (_, value) =>
    typeof value === "number" && !Number.isInteger(value) ? Math.round(value * 10_000) / 10_000 : value,
  );
}

/**
 * A stored pattern. One that a newer release wrote in another form cannot be read: undefined, and the key is learnt
 * anew. What a field lacks is as in a new key's.
 */
export function readPattern(stored: unknown): Pattern | undefined {
  const read = stored as (Partial<Pattern> & { pace?: { requests: number; nanoUsd: string } }) | null;
  if (read === null || typeof read !== "object" || read.release !== 1) return undefined;
  const { firstMs = 0 } = read;
  const pattern: Pattern = { ...emptyPattern(firstMs), ...read } as Pattern;
  pattern.pace = { requests: pattern.pace.requests, nanoUsd: BigInt(pattern.pace.nanoUsd) };
  pattern.minutes = pattern.minutes.map((minute) => ({ ...minute, nanoUsd: BigInt(minute.nanoUsd) }));
  for (const pending of Object.values(pattern.pending)) {
    pending.nanoUsd = BigInt(pending.nanoUsd);
    pending.ips = pending.ips.map((ip) => ({ ...ip, nanoUsd: BigInt(ip.nanoUsd) }));
  }
  return pattern;
}
