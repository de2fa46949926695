import { compareFractions, multiplyFractions } from "#lib/core/fraction";
import { remembered } from "./factors.ts";
import type { ImagePrice, PriceComponents } from "./units.ts";

/** What a request says of its images; null where it says nothing or "auto". */
export type ImageAsked = { readonly size: string | null; readonly quality: string | null };

const ofImage = remembered<ImagePrice>(({ images: _, ...base }, { factor }) =>
  base.image === undefined ? base : { ...base, image: multiplyFractions(base.image, factor) },
);

/**
 * The prices of images of one size and quality, without the other ones. What a request leaves open is the model's default.
 * undefined: the model has prices by size or quality, but none for this one.
 */
export function pricesOfImage(components: PriceComponents, asked: ImageAsked): PriceComponents | undefined {
  const image = imageOf(components, asked);
  if (image === "any") return components;
  return image && ofImage(components, image);
}

/** Which of the model's images is asked for: "any" where all cost the same. */
export function imageOf(
  { images }: PriceComponents,
  { size, quality }: ImageAsked,
): ImagePrice | "any" | undefined {
  const usual = images?.[0];
  if (images === undefined || usual === undefined) return "any";
  // A choice that the model's prices do not know costs nothing more: only upstream may refuse it.
  const wanted = {
    size: usual.size === null ? null : (size ?? usual.size),
    quality: usual.quality === null ? null : (quality ?? usual.quality),
  };
  return images.find((one) => one.size === wanted.size && one.quality === wanted.quality);
}

/** "1024x1792 hd", as rows, rollups and price lists name it; "" where a price has no such choice. */
export function imageName(image: Pick<ImagePrice, "size" | "quality">): string {
  return [image.size, image.quality].filter((part) => part !== null).join(" ");
}

/** What a price list names: a size, a quality or both; undefined for what is no size and no quality. */
export function readImageName(text: string): ImageAsked | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/);
  const sizes = parts.flatMap((part) => (isSize(part) ? [sizeOf(part)] : []));
  const qualities = parts.filter((part) => !isSize(part));
  const [quality = null] = qualities;
  if (sizes.length > 1 || qualities.length > 1) return undefined;
  if (quality !== null && !isQuality(quality)) return undefined;
  return { size: sizes[0] ?? null, quality };
}

/** What a row says of the images that were asked for, of `imageName`. */
export function askedOfKind(kind: string): ImageAsked {
  const [first = "", second] = kind.split(" ");
  if (second !== undefined) return { size: first, quality: second };
  if (first === "") return { size: null, quality: null };
  return isSize(first) || first === UNKNOWN ? { size: first, quality: null } : { size: null, quality: first };
}

/** A size or quality as prices name it: lower case, "1024*1024" is "1024x1024", "auto" is nothing. */
export function askedImage(size: unknown, quality: unknown): ImageAsked {
  return { size: said(size, isSize), quality: said(quality, isQuality) };
}

/** Whether every one says the same choices (all have a size or none, quality alike), and none is there twice. */
export function areDistinct(images: readonly ImageAsked[]): boolean {
  const [first] = images;
  return (
    new Set(images.map(imageName)).size === images.length &&
    images.every(
      ({ size, quality }) =>
        (size === null) === (first?.size === null) &&
        (quality === null) === (first?.quality === null) &&
        (size ?? quality) !== null,
    )
  );
}

/** In any order but for the first, which is what a request that leaves it open is billed as (imageOf). */
export function sameImages(left: readonly ImagePrice[] = [], right: readonly ImagePrice[] = []): boolean {
  const [first, other] = [left[0], right[0]];
  return (
    left.length === right.length &&
    (first === undefined || other === undefined || imageName(first) === imageName(other)) &&
    left.every((one) => {
      const same = right.find((two) => imageName(two) === imageName(one));
      return same !== undefined && compareFractions(one.factor, same.factor) === 0;
    })
  );
}

/** What is no size and no quality is not written down: a row holds nothing that a caller made up. */
const UNKNOWN = "?";

function said(value: unknown, isKnown: (text: string) => boolean): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value.trim().toLowerCase() : UNKNOWN;
  if (text === "" || text === "auto") return null;
  return isKnown(text) ? sizeOf(text) : UNKNOWN;
}

function isQuality(text: string): boolean {
  return /^[a-z][a-z0-9_-]{0,31}$/.test(text);
}

function isSize(text: string): boolean {
  return /^\d{1,5}[x×*]\d{1,5}$/.test(text);
}

function sizeOf(text: string): string {
  return text.replace(/^(\d+)[×*](\d+)$/, "$1x$2");
}
