/** "+12 %", "−3 %", "×4.2" above double; null where there is nothing to compare with. */
export function changeOf(now: number, before: number): string | null {
  if (before <= 0) return null;
  const factor = now / before;
  if (factor >= 2) return `×${Number(factor.toPrecision(2))}`;
  const percent = Math.round((factor - 1) * 100);
  if (percent === 0) return "±0 %";
  return percent > 0 ? `+${percent} %` : `−${-percent} %`;
}
