import { dayMs } from "#lib/core/time";
import type { Task } from "#lib/tasks/task";
import type { GatewayDeps } from "../deps.ts";
import { lookAfter } from "./look.ts";

const MOST_AT_ONCE = 8;
/** An hour; and how long one can ask for what a task made. */
const FORGET_EVERY_MS = 3_600_000;
const KEPT_MS = 30 * dayMs;

/**
 * Looks after tasks whose owners do not: nobody's money stays held because nobody asks. Every node does it; the database tells each
 * task to one of them at a time. `tick` is called every second or so.
 */
export function createTaskPoller(deps: GatewayDeps) {
  const { store } = deps.tasks;
  let running = 0;
  let forgotAtMs = Number.NEGATIVE_INFINITY;

  async function look(task: Task): Promise<void> {
    running += 1;
    try {
      await lookAfter(task, deps);
    } catch (error) {
      deps.reportError(error, task.id);
    } finally {
      running -= 1;
    }
  }

  return {
    /** Rejects when the database is away. */
    async tick(): Promise<void> {
      if (running < MOST_AT_ONCE)
        for (const task of await store.takeDue(MOST_AT_ONCE - running)) void look(task);
      if (deps.clock.monotonicMs() - forgotAtMs < FORGET_EVERY_MS) return;
      await store.forget(deps.now() - KEPT_MS);
      forgotAtMs = deps.clock.monotonicMs();
    },
    running: () => running,
  };
}
