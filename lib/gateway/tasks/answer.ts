import type { Task, TaskProtocol } from "#lib/tasks/task";
import type { GatewayDeps } from "../deps.ts";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { Answer } from "../exchange.ts";
import type { Identified } from "../identify.ts";
import { recordFree, reject } from "../record.ts";
import { answerHeaders } from "../respond.ts";
import { unwrapId, wrapId } from "../wrapped-id.ts";
import { askJson, askTask, bodyStream } from "./ask.ts";
import { type Looked, lookAfter } from "./look.ts";
import { retold, speechOf } from "./said.ts";

/** What is wanted of a task. `made`: the answer to a call that has made it already (Idempotency-Key). */
export type Wanted = { kind: TaskProtocol; taskId: string; what: "made" | "status" | "content" | "delete" };

const FAILED = "The task failed. Nothing was charged.";
const EXPIRED = "The task did not end within 24 hours. Nothing was charged.";
const NOT_READY = "The video is not ready: ask for its status until that is `completed`.";
const STILL_RUNNING = "The video is still in the making: it can be deleted when it has ended.";
const CONTENT_TYPES = /^(?:video\/[a-z0-9.+-]+|image\/(?:png|jpeg|webp|gif))$/;
const VARIANTS: ReadonlySet<string> = new Set(["video", "thumbnail", "spritesheet"]);

/** The task that a caller means by its wrapped id: 404 for everybody else's. */
export async function answerWrapped(
  caller: Identified,
  { taskId: wrapped, ...wanted }: Wanted,
  deps: GatewayDeps,
): Promise<Answer> {
  const taskId = unwrapId(wanted.kind, wrapped, caller.account.id, deps.tasks.idKey());
  return taskId === undefined
    ? reject(caller, NO_TASK, deps)
    : answerTask(caller, { ...wanted, taskId }, deps);
}

const NO_TASK = refuse("not_found", "There is no task of this id.");

/** How a task stands, what it made, or that it is deleted. Costs nothing: the task does, when it has succeeded. */
export async function answerTask(caller: Identified, wanted: Wanted, deps: GatewayDeps): Promise<Answer> {
  try {
    const task = await deps.tasks.store.find(wanted.taskId);
    if (task === undefined || task.accountId !== caller.account.id || task.state === "deleted")
      return reject(caller, NO_TASK, deps);
    const body = await bodyOf(task, wanted, caller, deps);
    if (isRefusal(body)) return reject(caller, body, deps);
    recordFree(caller, deps);
    return body;
  } catch (error) {
    // A result is handed out when its bill is written, and not before.
    deps.reportError(error, caller.requestId);
    return reject(caller, refuse("overloaded"), deps);
  }
}

async function bodyOf(
  task: Task,
  { what }: Wanted,
  caller: Identified,
  deps: GatewayDeps,
): Promise<Answer | Refusal> {
  const wrapped = wrapId(task.kind, task.id, task.accountId, deps.tasks.idKey());
  const json = (body: object | string): Answer => ({
    status: 200,
    headers: answerHeaders(caller, "application/json", deps.clock.monotonicMs() - caller.startedMs),
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  if (what === "made" && task.kind === "task") return json({ task_id: wrapped });
  const isEnded = task.state === "failed" || task.state === "expired";
  const looked: Looked | undefined = isEnded ? undefined : await lookAfter(task, deps);
  const state = looked?.state ?? task.state;
  if (what === "delete") {
    if (state === "running") return refuse("invalid_request", STILL_RUNNING);
    return (await remove(task, deps)) ?? json({ id: wrapped, object: "video.deleted", deleted: true });
  }
  if (state === "deleted") return NO_TASK;
  if (state === "failed" || state === "expired")
    return what === "content"
      ? refuse("invalid_request", FAILED)
      : json(speechOf(task.kind).failed(wrapped, task, reasonOf(state, looked)));
  if (looked?.said === undefined) return refuse("upstream_error");
  if (what !== "content") return json(retold(looked.said.body, task, wrapped));
  return state === "succeeded" ? contentOf(task, caller, deps) : refuse("invalid_request", NOT_READY);
}

function reasonOf(state: "failed" | "expired", looked: Looked | undefined): string {
  const { said } = looked ?? {};
  if (state === "expired") return EXPIRED;
  return (said?.state === "failed" ? said.reason : undefined) ?? FAILED;
}

/** What a video has become, straight from upstream: it is kept nowhere. */
async function contentOf(task: Task, caller: Identified, deps: GatewayDeps): Promise<Answer | Refusal> {
  const variant = new URLSearchParams(caller.query).get("variant");
  if (variant !== null && !VARIANTS.has(variant))
    return refuse("invalid_request", `variant: one of ${[...VARIANTS].join(", ")} is expected.`, "variant");
  const query = variant === null ? "" : `?variant=${variant}`;
  const path = `${speechOf(task.kind).statusPath(task.upstreamId)}/content${query}`;
  const opened = await askTask(task, { method: "GET", path }, caller.signal, deps);
  if ("fault" in opened) return refuse("upstream_error");
  const { response, watch, idleMs } = opened;
  const type = CONTENT_TYPES.test(response.contentType) ? response.contentType : "application/octet-stream";
  const headers = answerHeaders(caller, type, deps.clock.monotonicMs() - caller.startedMs);
  return { status: 200, headers, body: bodyStream(response.body, watch, idleMs) };
}

/** undefined: it is gone, here and there. One that upstream knows no more has been deleted as well. */
async function remove(task: Task, deps: GatewayDeps): Promise<Refusal | undefined> {
  const asked = { method: "DELETE", path: speechOf(task.kind).statusPath(task.upstreamId) } as const;
  const answer = await askJson(task, asked, deps);
  if ("fault" in answer && answer.fault.errorClass !== "model_missing") return refuse("upstream_error");
  await deps.tasks.store.markDeleted(task.id);
  return undefined;
}
