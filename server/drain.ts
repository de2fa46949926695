import { setTimeout as wait } from "node:timers/promises";
import { log } from "#lib/runtime/log";
import { shutdown } from "#lib/runtime/shutdown";
import type { Listener } from "./http.ts";

/**
 * Ends a listener: /readyz says 503 and new calls are refused from now on; running ones get `graceMs` to
 * finish (or until `shutdown().expire()`), then `lastWordsMs` to send their in-band error, then their connections are closed.
 */
export async function drain(
  listener: Listener,
  patience: { readonly graceMs: number; readonly lastWordsMs: number },
): Promise<void> {
  shutdown().begin();
  listener.closeIdle();
  await finished(listener, patience.graceMs, shutdown().deadline);
  if (listener.inFlight() > 0) {
    log().warn({ calls: listener.inFlight() }, "calls still run after the grace period, ending them");
    shutdown().expire();
    await finished(listener, patience.lastWordsMs);
  }
  const closed = new Promise((resolve) => listener.server.close(resolve));
  listener.closeAll();
  await closed;
}

const POLL_MS = 20;

async function finished(listener: Listener, patienceMs: number, hurry?: AbortSignal): Promise<void> {
  const until = performance.now() + patienceMs;
  while (listener.inFlight() > 0 && performance.now() < until && !hurry?.aborted) await wait(POLL_MS);
}
