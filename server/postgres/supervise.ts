import { supervise as superviseProcess, systemWorld } from "#lib/runtime/supervise";
import type { Postmaster } from "./postmaster.ts";

/** What supervision says; pino's logger fits. */
export type SuperviseLog = {
  info(fields: object, message: string): void;
  warn(message: string): void;
  error(fields: object, message: string): void;
};

/**
 * Keeps Postgres running: a postmaster that ends unasked is started again, soon at first, then after growing pauses of
 * at most 30 s. `stop` ends it for good, also in the middle of a restart.
 */
export function supervise(
  first: Postmaster,
  startAgain: () => Promise<Postmaster>,
  log: SuperviseLog,
): { pid(): number; stop(): Promise<void> } {
  let running = first;
  let isFirst = true;

  const part = {
    name: "postgres",
    firstPauseMs: 100,
    maxPauseMs: 30_000,
    async run({ signal, up }: { signal: AbortSignal; up(): void }): Promise<void> {
      if (!isFirst) await bringBack();
      isFirst = false;
      up();
      const how = await running.ended;
      if (signal.aborted) return;
      log.error({ how }, "Postgres ended unexpectedly, starting it again");
      throw new Error(`Postgres ended: ${how}`);
    },
  };

  async function bringBack(): Promise<void> {
    try {
      running = await startAgain();
    } catch (err) {
      log.error({ err }, "Postgres could not be started again");
      throw err;
    }
    log.info({ pid: running.pid }, "Postgres runs again");
  }

  const supervised = superviseProcess(part, { ...systemWorld, say: () => {} });
  return {
    pid: () => running.pid,
    async stop() {
      const stopped = supervised.stop();
      await running.stop();
      await stopped;
      // A restart that was under way when we were asked to stop has produced another one.
      await running.stop();
    },
  };
}
