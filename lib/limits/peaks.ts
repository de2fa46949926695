import { minuteMs } from "#lib/core/time";
import type { Check, Decision } from "./limiter.ts";

/** The most calls at once of a minute: of all ("" everywhere), of a model, or of an account or key under a limit. */
export type Peak = {
  minuteMs: number;
  accountId: string;
  keyId: string;
  model: string;
  /** What this node counted by itself; 0 where another counts. */
  own: number;
  /** What the engine counted that nodes share; 0 where none does. */
  shared: number;
};

type Cell = Omit<Peak, "minuteMs"> & { running: number; check: Check | undefined };

/** So many counters are told apart in one minute; a flood of others is left out. */
const MOST_KEPT = 100_000;

/**
 * The most calls that ran at once in each minute, in memory until the minute is over. A call counts for all, for its
 * model, and for every limit on calls at once that holds it.
 */
export class ConcurrencyPeaks {
  readonly #all: Cell = cellOf("", "", "", undefined);
  readonly #models = new Map<string, Cell>();
  #limited = new Map<string, Cell>();
  #minute = 0;
  readonly #usedHere: (check: Check) => number;

  /** `usedHere`: how many calls of a counter this node knows to run. */
  constructor(usedHere: (check: Check) => number) {
    this.#usedHere = usedHere;
  }

  /** Admitted calls that have not ended. */
  get running(): number {
    return this.#all.running;
  }

  /** A call begins. */
  enter(model: string): void {
    raise(this.#all);
    let cell = this.#models.get(model);
    if (cell === undefined) {
      cell = cellOf("", "", model, undefined);
      this.#models.set(model, cell);
    }
    raise(cell);
  }

  /** It has ended, however it did. */
  leave(model: string): void {
    this.#all.running -= 1;
    const cell = this.#models.get(model);
    if (cell !== undefined) cell.running -= 1;
  }

  /** What limits on calls at once counted when a call was admitted. */
  note(accountId: string, { ticket, levels }: Decision & { taken: true }): void {
    for (const { check, by } of ticket) {
      if (check.metric !== "concurrency" || check.shadow) continue;
      let cell = this.#limited.get(check.counter);
      if (cell === undefined) {
        if (this.#limited.size >= MOST_KEPT) continue;
        const keyId = check.scope === "key" ? (check.scopeId ?? "") : "";
        cell = cellOf(accountId, keyId, check.model ?? "", check);
        this.#limited.set(check.counter, cell);
      }
      if (by === "node") cell.own = Math.max(cell.own, this.#usedHere(check));
      else cell.shared = Math.max(cell.shared, levels.find((level) => level.check === check)?.used ?? 0);
    }
  }

  /** The peaks of the minute that has ended by `nowMs`, once; what still runs begins the next. `early`: of this one, too. */
  take(nowMs: number, early = false): Peak[] {
    const minute = Math.floor(nowMs / minuteMs) * minuteMs;
    const ended = this.#minute;
    if (ended === 0) this.#minute = minute;
    if (!early && (ended === 0 || ended === minute)) return [];
    this.#minute = minute;
    const cells = [this.#all, ...this.#models.values(), ...this.#limited.values()];
    const peaks = cells
      .filter(({ own, shared }) => own > 0 || shared > 0)
      .map(({ accountId, keyId, model, own, shared }) => ({
        ...{ minuteMs: ended || minute, accountId, keyId, model },
        ...{ own, shared },
      }));
    this.#begin();
    return peaks;
  }

  #begin(): void {
    this.#all.own = this.#all.running;
    for (const [model, cell] of this.#models) {
      cell.own = cell.running;
      if (cell.running === 0) this.#models.delete(model);
    }
    const kept = new Map<string, Cell>();
    for (const [counter, cell] of this.#limited) {
      const running = cell.check === undefined ? 0 : this.#usedHere(cell.check);
      if (running === 0) continue;
      // Of the other nodes' calls the next admission tells; until then this node's own are the least that runs.
      kept.set(counter, {
        ...cell,
        own: cell.shared > 0 ? 0 : running,
        shared: cell.shared > 0 ? running : 0,
      });
    }
    this.#limited = kept;
  }
}

function cellOf(accountId: string, keyId: string, model: string, check: Check | undefined): Cell {
  return { accountId, keyId, model, own: 0, shared: 0, running: 0, check };
}

function raise(cell: Cell): void {
  cell.running += 1;
  if (cell.running > cell.own) cell.own = cell.running;
}
