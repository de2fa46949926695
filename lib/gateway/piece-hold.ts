import type { Fraction } from "#lib/core/fraction";
import { holdFor } from "#lib/pricing/estimate";
import type { PriceComponents } from "#lib/pricing/units";
import type { Call } from "./protocols/call.ts";

/**
 * The most that a task costs, nano-USD: its images, its seconds of video, or the call. undefined: the model has no price by which
 * that would be billed. A price for something else (tokens) covers none of it, or the task would be free.
 */
export function pieceHold(
  call: Pick<Call, "images" | "videoSeconds">,
  components: PriceComponents,
  groupMultiplier: Fraction,
): bigint | undefined {
  if (!isCovered(call, components)) return undefined;
  const { images, videoSeconds = 0 } = call;
  const nothing = { promptTokens: 0, outputBoundTokens: 0 };
  const hold = holdFor({ ...nothing, images, videoSeconds, components, groupMultiplier });
  return hold.priced ? hold.holdNanoUsd : undefined;
}

/** A model that is sold by the second needs to be told how many. */
function isCovered(
  { images, videoSeconds = 0 }: Pick<Call, "images" | "videoSeconds">,
  { image, call, videoSecond, input, output }: PriceComponents,
): boolean {
  // Beside prices for tokens a price per call is a fee: it does not sell a picture or a film.
  const isSoldByCall = call !== undefined && input === undefined && output === undefined;
  if (images > 0) return image !== undefined || isSoldByCall;
  return videoSecond === undefined ? isSoldByCall : videoSeconds > 0;
}
