/**
 * Runs `work` for each item at its time (`atMs` ÷ `speed` after the start), at most `concurrency` at once: what
 * does not fit waits, and how long the latest start was delayed is returned. `onDone` is told after each.
 */
export async function runSchedule<T extends { atMs: number }>(
  items: readonly T[],
  options: { speed: number; concurrency: number; work: (item: T) => Promise<void>; onDone?: () => void },
): Promise<{ elapsedMs: number; worstDelayMs: number }> {
  const startedAt = performance.now();
  const running = new Set<Promise<void>>();
  let worstDelayMs = 0;
  for (const item of items) {
    const dueMs = item.atMs / options.speed;
    await until(startedAt + dueMs);
    while (running.size >= options.concurrency) await Promise.race(running);
    worstDelayMs = Math.max(worstDelayMs, performance.now() - startedAt - dueMs);
    const call = options.work(item).finally(() => {
      running.delete(call);
      options.onDone?.();
    });
    running.add(call);
  }
  await Promise.all(running);
  return { elapsedMs: performance.now() - startedAt, worstDelayMs };
}

async function until(time: number): Promise<void> {
  const leftMs = time - performance.now();
  if (leftMs > 1) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
