import { setTimeout as wait } from "node:timers/promises";
import type { Postmaster } from "./postmaster.ts";

/** What supervision says; pino's logger fits. */
export type SuperviseLog = {
  info(fields: object, message: string): void;
  warn(message: string): void;
  error(fields: object, message: string): void;
};

/**
 * Keeps Postgres running: a postmaster that ends unasked is started again, at once at first, then after
 * growing pauses of at most 30 s. `stop` ends it for good, also in the middle of a restart.
 */
export function supervise(
  first: Postmaster,
  startAgain: () => Promise<Postmaster>,
  log: SuperviseLog,
): { pid(): number; stop(): Promise<void> } {
  const stopping = new AbortController();
  let running = first;
  const watching = watch();

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const how = await running.ended;
      if (stopping.signal.aborted) return;
      log.error({ how }, "Postgres ended unexpectedly, starting it again");
      await bringBack(performance.now() - startedAt > STABLE_MS ? 0 : FIRST_PAUSE_MS);
    }
  }

  async function bringBack(firstPauseMs: number): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2 || FIRST_PAUSE_MS)) {
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        running = await startAgain();
        log.info({ pid: running.pid }, "Postgres runs again");
        return;
      } catch (err) {
        log.error({ err }, "Postgres could not be started again");
      }
    }
  }

  return {
    pid: () => running.pid,
    async stop() {
      stopping.abort();
      await running.stop();
      await watching;
      // A restart that was under way when we were asked to stop has produced another one.
      await running.stop();
    },
  };
}

const STABLE_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 30_000;
