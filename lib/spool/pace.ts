/** Of what is measured, the newest counts this much. */
const NEWEST = 0.1;
/** So far apart are commits once there is something to gain by it. */
const APART_MS = 2;
/** A commit costs as much as writing down so many bills. */
const WORTH_WAITING_FOR = 4;

/**
 * When the next commit may begin. A bill that comes alone is committed at once; while many come, commits keep a
 * distance, so that more bills share the price of one.
 */
export class Pace {
  #perMs = 0;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /** A commit of so many bills begins now (monotonic ms). */
  began(bills: number, nowMs: number): void {
    const perMs = bills / Math.max(APART_MS / 4, nowMs - this.#lastAtMs);
    this.#perMs += NEWEST * (perMs - this.#perMs);
    this.#lastAtMs = nowMs;
  }

  /** Milliseconds until the next one had better begin; 0: at once. */
  waitMs(nowMs: number): number {
    if (this.#perMs * APART_MS < WORTH_WAITING_FOR) return 0;
    return Math.max(0, this.#lastAtMs + APART_MS - nowMs);
  }
}
