const minute = 60_000;
const hour = 60 * minute;
const stepsMs = [1, 5, 15, 60, 240, 1440].map((minutes) => minutes * minute);

/** The finest step with which a stretch has at most `most` bars or points; a day where none has. */
export function stepFor(spanMs: number, most: number): number {
  return stepsMs.find((step) => spanMs / step <= most) ?? 24 * hour;
}

/** Three times as long around the same middle, not beyond now: what one step back from a zoom shows. */
export function zoomedOut(fromMs: number, toMs: number, nowMs: number): [fromMs: number, toMs: number] {
  const span = Math.max(minute, toMs - fromMs);
  const to = Math.min(toMs + span, Math.max(nowMs, toMs));
  return [to - 3 * span, to];
}

/** A stretch that was dragged over, no shorter than its step and not longer than up to now. */
export function zoomedIn(fromMs: number, toMs: number, nowMs: number): { from: string; to: string } {
  const to = Math.max(fromMs + minute, Math.min(toMs, nowMs));
  return { from: new Date(fromMs).toISOString(), to: new Date(to).toISOString() };
}
