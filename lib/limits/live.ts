import { systemClock } from "#lib/core/time";
import { clearSingleton, peekSingleton, setSingleton } from "#lib/runtime/singletons";
import type { Check, Level, Limiter } from "./limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";

const SWEEP_EVERY_MS = 5_000;

type Running = { limiter: Limiter; sweeper: NodeJS.Timeout };

/** Starts counting in this process. */
export function startLimiter(): Limiter {
  const limiter = memoryLimiter(() => systemClock.monotonicMs());
  const sweeper = setInterval(() => limiter.sweep(), SWEEP_EVERY_MS);
  sweeper.unref();
  return setSingleton<Running>("limiter", { limiter, sweeper }).limiter;
}

/** Forgets every count. */
export function stopLimiter(): void {
  clearInterval(peekSingleton<Running>("limiter")?.sweeper);
  clearSingleton("limiter");
}

/** How limits stand on this node now; nothing is counted before the gateway runs. */
export async function currentLevels(checks: readonly Check[]): Promise<readonly Level[]> {
  return (await peekSingleton<Running>("limiter")?.limiter.levels(checks)) ?? [];
}
