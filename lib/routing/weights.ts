import type { ChannelEntry } from "#lib/snapshot/entries";

export type RoutingOptions = {
  /** Channels of one tier that answer sooner get more. */
  latencyAware: boolean;
  /** Channels of one tier that cost us less get more. */
  costAware: boolean;
  /** Calls with one prompt-cache key stay with one channel of the tier. */
  sticky: boolean;
};

/** What one candidate of a tier brings to the draw. Speeds in ms, undefined while unknown. */
export type Candidate = { channel: ChannelEntry; speedMs: number | undefined };

const LEAST_SHARE = 0.1;

/**
 * The weights of a tier's candidates: their own, times best speed ÷ own speed (latency-aware), times the square of
 * least cost ÷ own cost (cost-aware); each factor at least a tenth, so that everyone is still heard of.
 */
export function weightsOf(
  candidates: readonly Candidate[],
  { latencyAware, costAware }: RoutingOptions,
): number[] {
  const best = latencyAware ? least(candidates.map(({ speedMs }) => speedMs)) : undefined;
  const cheapest = costAware ? least(candidates.map(({ channel }) => channel.costMultiplier)) : undefined;
  return candidates.map(({ channel, speedMs }) => {
    let { weight } = channel;
    if (best !== undefined && speedMs !== undefined) weight *= Math.max(LEAST_SHARE, best / speedMs);
    if (cheapest !== undefined && channel.costMultiplier > 0) {
      weight *= Math.max(LEAST_SHARE, (cheapest / channel.costMultiplier) ** 2);
    }
    return weight;
  });
}

/** The index that `chance` in [0, 1) falls on. Weight 0 is drawn only where nothing is heavier. */
export function drawByWeight(weights: readonly number[], chance: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let at = chance * (total > 0 ? total : weights.length);
  for (let index = 0; index < weights.length; index += 1) {
    at -= total > 0 ? (weights[index] ?? 0) : 1;
    if (at < 0) return index;
  }
  return weights.length - 1;
}

/**
 * The same candidate for the same key, as long as it is there; shares follow the weights, and when a candidate goes only
 * its own keys move (weighted rendezvous hashing). `ids` are the candidates' channel ids.
 */
export function drawByKey(ids: readonly string[], weights: readonly number[], key: string): number {
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < ids.length; index += 1) {
    const weight = weights[index] ?? 0;
    // ln of a number in (0, 1) is negative: the heavier the weight, the nearer to 0.
    const score = weight > 0 ? Math.log(unitHash(key, ids[index] ?? "")) / weight : -Number.MAX_VALUE;
    if (score > bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return best;
}

/** FNV-1a over both texts with a final mix, as a number in (0, 1). */
function unitHash(key: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const text of [key, id]) {
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 4_294_967_296;
}

function least(values: readonly (number | undefined)[]): number | undefined {
  let found: number | undefined;
  for (const value of values) {
    if (value !== undefined && value > 0 && (found === undefined || value < found)) found = value;
  }
  return found;
}
