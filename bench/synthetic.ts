import type { TraceCall } from "./trace.ts";

/**
 * A made-up trace with the shape of a chat service: arrivals in waves, token counts log-normal with medians of
 * about 1,000 in and 130 out, capped at what the real traces show. Pure: the seed decides everything.
 */
export function syntheticTrace(options: { seed: number; calls: number; minutes: number }): TraceCall[] {
  const random = seededRandom(options.seed);
  const spanMs = options.minutes * 60_000;
  const arrivals = Array.from({ length: options.calls }, () => wave(random()) * spanMs).sort((a, b) => a - b);
  return arrivals.map((atMs) => ({
    atMs,
    promptTokens: Math.min(14_000, Math.ceil(logNormal(random, 1_000, 1))),
    completionTokens: Math.min(1_500, Math.ceil(logNormal(random, 130, 0.9))),
  }));
}

/** mulberry32: numbers in [0, 1), the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Bends uniform arrivals into four waves without leaving [0, 1). */
function wave(share: number): number {
  return share + (0.12 / (2 * Math.PI)) * Math.sin(share * 8 * Math.PI);
}

function logNormal(random: () => number, median: number, sigma: number): number {
  const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * gauss);
}
