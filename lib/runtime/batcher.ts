/**
 * Collects calls that come while one batch is under way and runs them together as the next: under load many callers
 * share one round trip and one commit, without load nobody waits. At most `maxBatch` items, `parallel` batches at a time.
 * `run` answers in the order of its items; if it rejects, every caller of that batch is rejected.
 */
export function createBatcher<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  { maxBatch, parallel = 1 }: { maxBatch: number; parallel?: number },
): (item: Item) => Promise<Answer> {
  type Waiting = { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  const queue: Waiting[] = [];
  let running = 0;
  let scheduled = false;

  async function work(): Promise<void> {
    scheduled = false;
    if (running >= parallel || queue.length === 0) return;
    running += 1;
    const batch = queue.splice(0, maxBatch);
    try {
      const answers = await run(batch.map(({ item }) => item));
      for (const [index, waiting] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) waiting.reject(new Error("a batch answered too few of its items"));
        else waiting.resolve(answer);
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      running -= 1;
      void work();
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      // One turn lets everything that is ready in it join.
      setImmediate(() => void work());
    });
}
