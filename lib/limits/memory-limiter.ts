import {
  busyRetryMs,
  type Check,
  type Decision,
  isLonger,
  type Level,
  type Limiter,
  noneShadowed,
  type Taken,
  type Ticket,
} from "./limiter.ts";
import { windowMs } from "./metrics.ts";
import { SlidingWindow } from "./window.ts";

/** Counters in this process: every answer is there at once. */
export type MemoryLimiter = Omit<Limiter, "take" | "levels"> & {
  take(checks: readonly Check[]): Decision;
  levels(checks: readonly Check[]): readonly Level[];
  /** Counts what another engine has admitted, whether it fits here or not. */
  note(checks: readonly Check[]): Ticket;
  /** Drops the counters that nothing is in; cheap enough to be called every few seconds. */
  sweep(): void;
  size(): number;
};

/** `monotonicMs` is a clock that never goes back. Counters exist only while something is in them. */
export function memoryLimiter(monotonicMs: () => number): MemoryLimiter {
  const windows = new Map<string, SlidingWindow>();
  const running = new Map<string, number>();

  function levelOf(check: Check, nowMs: number): Level {
    if (check.metric === "concurrency") return { check, used: running.get(check.counter) ?? 0, resetMs: 0 };
    const window = windows.get(check.counter);
    return { check, used: window?.used(nowMs) ?? 0, resetMs: window?.emptyInMs(nowMs) ?? 0 };
  }

  function refusalOf(checks: readonly Check[], nowMs: number): Decision | undefined {
    let worst: { check: Check; retryAfterMs: number | null } | undefined;
    for (const check of checks) {
      if (check.shadow) continue;
      const retryAfterMs = fitsIn(check, nowMs);
      if (retryAfterMs === 0) continue;
      if (worst === undefined || isLonger(retryAfterMs, worst.retryAfterMs)) worst = { check, retryAfterMs };
    }
    if (worst === undefined) return undefined;
    const { check, retryAfterMs } = worst;
    return { taken: false, level: levelOf(check, nowMs), retryAfterMs, levels: levelsOf(checks, nowMs) };
  }

  /** Of those that refuse: shadows tell a caller nothing. */
  function levelsOf(checks: readonly Check[], nowMs: number): Level[] {
    const levels: Level[] = [];
    for (const check of checks) if (!check.shadow) levels.push(levelOf(check, nowMs));
    return levels;
  }

  function fitsIn(check: Check, nowMs: number): number | null {
    if (check.amount > check.limit) return null;
    if (check.metric === "concurrency") {
      return (running.get(check.counter) ?? 0) + check.amount > check.limit ? busyRetryMs : 0;
    }
    const waitMs = windows.get(check.counter)?.fitsInMs(check.amount, check.limit, nowMs) ?? 0;
    return Math.min(waitMs, windowMs);
  }

  function add(check: Check, nowMs: number): number {
    if (check.metric === "concurrency") {
      running.set(check.counter, (running.get(check.counter) ?? 0) + check.amount);
      return 0;
    }
    let window = windows.get(check.counter);
    if (window === undefined) {
      // Nobody takes a thousand times a millisecond, so these numbers lie above those of any window swept before.
      window = new SlidingWindow(Math.floor(nowMs) * 1000);
      windows.set(check.counter, window);
    }
    return window.add(check.amount, check.limit, nowMs);
  }

  function release(ticket: Ticket): void {
    for (const { check, by } of ticket) {
      if (check.metric !== "concurrency" || by !== "node") continue;
      const left = (running.get(check.counter) ?? 0) - check.amount;
      if (left > 0) running.set(check.counter, left);
      else running.delete(check.counter);
    }
  }

  return {
    take(checks) {
      const nowMs = monotonicMs();
      const refusal = refusalOf(checks, nowMs);
      if (refusal !== undefined) return refusal;
      const ticket: Taken[] = [];
      let shadowed: Check[] | undefined;
      for (const check of checks) {
        if (check.shadow && fitsIn(check, nowMs) !== 0) {
          shadowed ??= [];
          shadowed.push(check);
        } else ticket.push({ check, by: "node", cell: add(check, nowMs) });
      }
      return { taken: true, ticket, levels: levelsOf(checks, nowMs), shadowed: shadowed ?? noneShadowed };
    },
    note(checks) {
      const nowMs = monotonicMs();
      return checks.map((check) => ({ check, by: "node", cell: add(check, nowMs) }));
    },
    cancel(ticket) {
      const nowMs = monotonicMs();
      for (const { check, by, cell } of ticket) {
        if (by === "node") windows.get(check.counter)?.correct(cell, -check.amount, nowMs);
      }
      release(ticket);
    },
    correct(ticket, metric, amount) {
      const nowMs = monotonicMs();
      for (const { check, by, cell } of ticket) {
        if (check.metric !== metric || by !== "node") continue;
        windows.get(check.counter)?.correct(cell, amount - check.amount, nowMs);
      }
    },
    release,
    levels(checks) {
      const nowMs = monotonicMs();
      return checks.map((check) => levelOf(check, nowMs));
    },
    sweep() {
      const nowMs = monotonicMs();
      for (const [counter, window] of windows) if (window.emptyInMs(nowMs) === 0) windows.delete(counter);
    },
    size: () => windows.size + running.size,
  };
}
