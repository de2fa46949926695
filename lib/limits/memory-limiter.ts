import type { Check, Decision, Level, Limiter, Ticket } from "./limiter.ts";
import { windowMs } from "./metrics.ts";
import { SlidingWindow } from "./window.ts";

/** Running calls tell nothing of when they end: a client is asked to come back after this. */
const busyRetryMs = 1000;

/**
 * Counters in this process. `monotonicMs` is a clock that never goes back. Counters exist only while something is in
 * them: `sweep` drops the others, and is cheap enough to be called every few seconds.
 */
export function memoryLimiter(monotonicMs: () => number): Limiter & { sweep(): void; size(): number } {
  const windows = new Map<string, SlidingWindow>();
  const running = new Map<string, number>();
  const levelOf = (check: Check, nowMs: number): Level => {
    if (check.metric === "concurrency") return { check, used: running.get(check.counter) ?? 0, resetMs: 0 };
    const window = windows.get(check.counter);
    return { check, used: window?.used(nowMs) ?? 0, resetMs: window?.emptyInMs(nowMs) ?? 0 };
  };
  return {
    take(checks) {
      const nowMs = monotonicMs();
      const refusal = refusalOf(checks, nowMs);
      if (refusal !== undefined) return refusal;
      const ticket: Ticket = checks.map((check) => ({ check, cell: add(check, nowMs) }));
      return { taken: true, ticket, levels: checks.map((check) => levelOf(check, nowMs)) };
    },
    cancel(ticket) {
      const nowMs = monotonicMs();
      for (const { check, cell } of ticket) windows.get(check.counter)?.correct(cell, -check.amount, nowMs);
      this.release(ticket);
    },
    correct(ticket, metric, amount) {
      const nowMs = monotonicMs();
      for (const { check, cell } of ticket) {
        if (check.metric !== metric) continue;
        windows.get(check.counter)?.correct(cell, amount - check.amount, nowMs);
      }
    },
    release(ticket) {
      for (const { check } of ticket) {
        if (check.metric !== "concurrency") continue;
        const left = (running.get(check.counter) ?? 0) - check.amount;
        if (left > 0) running.set(check.counter, left);
        else running.delete(check.counter);
      }
    },
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

  function refusalOf(checks: readonly Check[], nowMs: number): Decision | undefined {
    let worst: { check: Check; retryAfterMs: number | null } | undefined;
    for (const check of checks) {
      const retryAfterMs = fitsIn(check, nowMs);
      if (retryAfterMs === 0) continue;
      if (worst === undefined || isLonger(retryAfterMs, worst.retryAfterMs)) worst = { check, retryAfterMs };
    }
    if (worst === undefined) return undefined;
    const levels = checks.map((check) => levelOf(check, nowMs));
    return { taken: false, level: levelOf(worst.check, nowMs), retryAfterMs: worst.retryAfterMs, levels };
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
}

function isLonger(one: number | null, other: number | null): boolean {
  return other !== null && (one === null || one > other);
}
