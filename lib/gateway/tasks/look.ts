import { InFlight } from "#lib/core/in-flight";
import type { Usage } from "#lib/pricing/usage";
import { TASK_DAY_MS, type Task, type TaskState } from "#lib/tasks/task";
import type { GatewayDeps } from "../deps.ts";
import type { ErrorCode } from "../errors.ts";
import { type AskDeps, askJson } from "./ask.ts";
import { type Said, speechOf } from "./said.ts";
import { taskSettlement } from "./settlement.ts";

export type LookDeps = AskDeps & Pick<GatewayDeps, "tasks" | "newId" | "nodeId">;

/** How a task stands, and what upstream says of it now; undefined: it did not say. */
export type Looked = { state: TaskState; said: Said | undefined };

/** Looks that are under way here, by task: whoever asks meanwhile hears the same. */
const looking = new InFlight<Promise<Looked>>();

/**
 * Looks after a task: asks upstream, and if it has come to its end writes that down, with its bill, before anyone is told. Exactly one
 * of all who look at the same time settles it, on whatever node. Rejects when that cannot be written.
 */
export function lookAfter(task: Task, deps: LookDeps): Promise<Looked> {
  const running = looking.get(task.id);
  if (running !== undefined) return running;
  const look = ask(task, deps).finally(() => looking.delete(task.id));
  looking.set(task.id, look);
  return look;
}

async function ask(task: Task, deps: LookDeps): Promise<Looked> {
  const speech = speechOf(task.kind);
  const answer = await askJson(task, { method: "GET", path: speech.statusPath(task.upstreamId) }, deps);
  const said = "body" in answer ? speech.read(answer.body, task) : undefined;
  if (task.state !== "running") return { state: task.state, said };
  const isOver = deps.now() - task.createdAtMs > TASK_DAY_MS;
  if (said === undefined || said.state === "running") {
    const state = isOver ? await end(task, "expired", undefined, "upstream_timeout", deps) : task.state;
    return { state, said };
  }
  if (said.state === "succeeded")
    return { state: await end(task, "succeeded", said.usage, null, deps), said };
  return { state: await end(task, "failed", undefined, "upstream_error", deps), said };
}

/** The state that it has come to, perhaps by another node's hand. */
async function end(
  task: Task,
  state: TaskState,
  usage: Usage | undefined,
  errorCode: ErrorCode | null,
  deps: LookDeps,
): Promise<TaskState> {
  const settled = await deps.tasks.store.end(task.id, state, (hold) =>
    taskSettlement(task, { usage, errorCode }, hold, deps),
  );
  return settled ?? "failed";
}
