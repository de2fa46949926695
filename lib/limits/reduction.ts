/**
 * What a grant could be cut to after a week whose fullest minute took `peak`: to that peak, or to what would apply
 * without the grant (undefined: nothing would), whichever is higher. Undefined where half of it or more was needed, or
 * nothing would be gained.
 */
export function reductionOf(granted: number, peak: number, fallback: number | undefined): number | undefined {
  if (peak * 2 >= granted) return undefined;
  const target = Math.max(peak, fallback ?? 1, 1);
  return target < granted ? target : undefined;
}
