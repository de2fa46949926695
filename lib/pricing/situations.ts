import { momentOfSlot, pricesAtHour, slotCuts } from "./hours.ts";
import { type ImageAsked, imageName, pricesOfImage } from "./image-prices.ts";
import { pricesAt } from "./tiers.ts";
import type { PriceComponents } from "./units.ts";

/** All that a price can depend on besides what is used: how long the prompt is, when it comes, which image it asks for. */
export type Situation = { promptTokens: number; atMs: number; image: ImageAsked };

const noImage: ImageAsked = { size: null, quality: null };

/** One of each kind of situation that some of these prices tell apart: comparing prices in all of them compares them whole. */
export function situationsOf(...prices: readonly (PriceComponents | undefined)[]): Situation[] {
  const lengths = [0, ...prices.flatMap((one) => one?.tiers?.map(({ above }) => above + 1) ?? [])];
  const images = new Map<string, ImageAsked>([["", noImage]]);
  for (const image of prices.flatMap((one) => one?.images ?? [])) images.set(imageName(image), image);
  return [...new Set(lengths)].flatMap((promptTokens) =>
    slotCuts(...prices).flatMap((slot) =>
      [...images.values()].map((image) => ({ promptTokens, atMs: momentOfSlot(slot), image })),
    ),
  );
}

/** The prices of the units in a situation, without conditions; undefined: they have none for such an image. */
export function pricesIn(
  components: PriceComponents,
  { promptTokens, atMs, image }: Situation,
): PriceComponents | undefined {
  const ofImage = pricesOfImage(pricesAtHour(components, atMs), image);
  return ofImage && pricesAt(ofImage, promptTokens);
}

/** The prices of two lists side by side, in every situation that both have prices for. */
export function pairsOf(
  left: PriceComponents,
  right: PriceComponents,
): (readonly [PriceComponents, PriceComponents])[] {
  return situationsOf(left, right).flatMap((situation) => {
    const [one, two] = [pricesIn(left, situation), pricesIn(right, situation)];
    return one === undefined || two === undefined ? [] : [[one, two] as const];
  });
}
