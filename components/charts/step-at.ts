/**
 * The step under a horizontal position within a plot whose first step stands at 0 and whose last at `width`: the nearest
 * one. Null outside of the plot, beyond half a step, and where there are no steps.
 */
export function stepAt(
  x: number,
  width: number,
  { firstMs, lastMs, stepMs }: { firstMs: number; lastMs: number; stepMs: number },
): number | null {
  const count = Math.round((lastMs - firstMs) / stepMs);
  if (count < 0 || width <= 0) return null;
  const index = count === 0 ? 0 : Math.round((x / width) * count);
  const slack = Math.max(12, width / Math.max(1, count) / 2);
  if (x < -slack || x > width + slack) return null;
  return firstMs + Math.max(0, Math.min(count, index)) * stepMs;
}
