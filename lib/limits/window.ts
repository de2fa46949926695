import { windowMs } from "./metrics.ts";

/** Up to here every moment is kept; above, what came within one second is kept together. */
const exactUpTo = 1000;

/**
 * What was taken in the last 60 s, so that no 60 s, wherever they start, ever hold more than the limit.
 *
 * A ring of cells (moment of the latest taking in it, amount). For limits up to 1,000 only takings of one and the same
 * millisecond share a cell; above, those of one second. A cell leaves as a whole 60 s after its latest taking, so what
 * is counted is never less than what the true window holds, and at most a second's worth more.
 */
export class SlidingWindow {
  // Plain arrays: a typed one costs more than the few cells that most windows have.
  #times: number[] = cells(2);
  #amounts: number[] = cells(2);
  #head = 0;
  #count = 0;
  /** Number of the oldest cell: cells keep their number while the ring turns. */
  #first: number;
  #sum = 0;

  /** `firstCell`: where cell numbers start, above those of any earlier window of the same counter. */
  constructor(firstCell = 0) {
    this.#first = firstCell;
  }

  /** What the window holds at `nowMs`. */
  used(nowMs: number): number {
    this.#expire(nowMs);
    return this.#sum;
  }

  /** Takes an amount, and answers the cell's number for `correct`. */
  add(amount: number, limit: number, nowMs: number): number {
    this.#expire(nowMs);
    const last = this.#count - 1;
    if (last >= 0 && sharesCell(this.#times[this.#at(last)] ?? 0, nowMs, limit)) {
      this.#times[this.#at(last)] = nowMs;
      this.#change(last, amount);
      return this.#first + last;
    }
    if (this.#count === this.#times.length) this.#grow();
    const index = this.#at(this.#count);
    this.#times[index] = nowMs;
    this.#amounts[index] = amount;
    this.#sum += amount;
    this.#count += 1;
    return this.#first + this.#count - 1;
  }

  /** Changes what was taken by `delta`, in the cell that it was counted in; nothing if that has left the window. */
  correct(cell: number, delta: number, nowMs: number): void {
    this.#expire(nowMs);
    const offset = cell - this.#first;
    if (offset >= 0 && offset < this.#count) this.#change(offset, delta);
  }

  /** Milliseconds until `amount` more fits under `limit`, 0 if it does now; at most 60 s. */
  fitsInMs(amount: number, limit: number, nowMs: number): number {
    this.#expire(nowMs);
    let excess = this.#sum + amount - limit;
    for (let offset = 0; excess > 0 && offset < this.#count; offset += 1) {
      excess -= this.#amounts[this.#at(offset)] ?? 0;
      if (excess <= 0) return Math.min(windowMs, (this.#times[this.#at(offset)] ?? 0) + windowMs - nowMs);
    }
    return excess > 0 ? windowMs : 0;
  }

  /** Milliseconds until the window is empty if nothing more is taken. */
  emptyInMs(nowMs: number): number {
    this.#expire(nowMs);
    if (this.#count === 0) return 0;
    // Moments are fractions of milliseconds: a sum and a difference of them may come to a hair more than the window.
    return Math.min(windowMs, (this.#times[this.#at(this.#count - 1)] ?? 0) + windowMs - nowMs);
  }

  #change(offset: number, delta: number): void {
    const index = this.#at(offset);
    const before = this.#amounts[index] ?? 0;
    const after = Math.max(0, before + delta);
    this.#amounts[index] = after;
    this.#sum += after - before;
  }

  #expire(nowMs: number): void {
    while (this.#count > 0 && (this.#times[this.#head] ?? 0) + windowMs <= nowMs) {
      this.#sum -= this.#amounts[this.#head] ?? 0;
      this.#head = (this.#head + 1) % this.#times.length;
      this.#count -= 1;
      this.#first += 1;
    }
  }

  #at(offset: number): number {
    return (this.#head + offset) % this.#times.length;
  }

  #grow(): void {
    const [times, amounts] = [cells(this.#count * 2), cells(this.#count * 2)];
    for (let offset = 0; offset < this.#count; offset += 1) {
      times[offset] = this.#times[this.#at(offset)] ?? 0;
      amounts[offset] = this.#amounts[this.#at(offset)] ?? 0;
    }
    [this.#times, this.#amounts, this.#head] = [times, amounts, 0];
  }
}

function cells(count: number): number[] {
  return new Array<number>(count).fill(0);
}

function sharesCell(lastMs: number, nowMs: number, limit: number): boolean {
  if (lastMs === nowMs) return true;
  return limit > exactUpTo && Math.floor(lastMs / 1000) === Math.floor(nowMs / 1000);
}
