import { createHash } from "node:crypto";
import { imageName } from "#lib/pricing/image-prices";
import { noUsage } from "#lib/pricing/usage";
import type { Task, TaskKey, TaskProtocol } from "#lib/tasks/task";
import { type Admitted, admit } from "../admit.ts";
import { failedResponse } from "../deliver.ts";
import type { GatewayDeps } from "../deps.ts";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { Answer } from "../exchange.ts";
import type { Identified } from "../identify.ts";
import { leave } from "../limit.ts";
import type { Call } from "../protocols/call.ts";
import { taskIdIn, upstreamIdOf } from "../protocols/tasks.ts";
import { reject } from "../record.ts";
import { type Answered, pause, relay } from "../relay.ts";
import { answerHeaders } from "../respond.ts";
import { route } from "../route.ts";
import { settlementOf } from "../settle.ts";
import { wrapId } from "../wrapped-id.ts";
import { answerTask } from "./answer.ts";
import { retold } from "./said.ts";

const OF_TASKS = "model: this model is called through its task, at /v3/async/{task}.";
const MAX_KEY = 255;
/** So long a call waits for another one with the same Idempotency-Key, looking so often. */
const TWIN_MS = 20_000;
const TWIN_LOOK_MS = 100;
const TRIES = 3;

/**
 * A call that makes a task: its money is held in the database, whichever engine the node has, and moves to the task with the
 * commit that makes it (docs/decisions/0020-tasks.md). The call itself costs nothing.
 */
export async function createTask(
  caller: Identified,
  call: Call,
  kind: TaskProtocol,
  deps: GatewayDeps,
): Promise<Answer> {
  const held = { ...deps, funds: deps.tasks.funds, settle: deps.tasks.settle };
  // Nobody sends it where no upstream has it.
  if (kind === "video" && deps.snapshot.models.get(call.model)?.kind === "task")
    return reject({ ...caller, call }, refuse("invalid_request", OF_TASKS, "model"), held);
  const key = keyOf(caller, call);
  if (isRefusal(key)) return reject({ ...caller, call }, key, held);
  const claimed = key && (await claim(key, caller, deps));
  if (isRefusal(claimed)) return reject({ ...caller, call }, claimed, held);
  if (claimed !== undefined) return answerTask(caller, { kind, taskId: claimed.taskId, what: "made" }, deps);
  let isMade = false;
  try {
    const admitted = await admit(caller, call, held);
    if (isRefusal(admitted)) return reject({ ...caller, call }, admitted, held);
    const answer = await make(admitted, kind, key, held);
    isMade = answer.status < 300;
    return answer;
  } finally {
    // What cannot be given back now is given back when somebody asks for it: nothing is held for it.
    if (key !== undefined && !isMade) await deps.tasks.store.release(key).catch(() => undefined);
  }
}

/** From here on money is held. */
async function make(
  admitted: Admitted,
  kind: TaskProtocol,
  key: TaskKey | undefined,
  held: GatewayDeps,
): Promise<Answer> {
  held.running.enter(admitted.call.model);
  const nothing = { attempts: [], upstreamMs: 0, channel: undefined };
  try {
    const result = await relay(admitted, route(admitted, held), held);
    if ("refusal" in result) return await failedResponse(admitted, result, held);
    const task = taskOf(admitted, result, kind);
    if (isRefusal(task)) return await failedResponse(admitted, { ...result, refusal: task }, held);
    // Before it stands: what cannot be told is not begun.
    const body = madeBody(task, result, held);
    if (await begin(task, admitted, result, key, held)) return madeAnswer(body, admitted, result, held);
    return await failedResponse(admitted, { ...result, refusal: refuse("overloaded") }, held);
  } catch (error) {
    held.reportError(error, admitted.requestId);
    return await failedResponse(admitted, { refusal: refuse("internal_error"), ...nothing }, held);
  }
}

function taskOf(
  admitted: Admitted,
  { answer, channel, attempts }: Answered,
  kind: TaskProtocol,
): Task | Refusal {
  const body = answer.kind === "json" ? answer.body : {};
  const upstreamId = kind === "task" ? taskIdIn(body) : upstreamIdOf(body.id);
  const credential = channel.credentials[attempts.at(-1)?.credential ?? 0];
  if (upstreamId === undefined || credential === undefined) return refuse("upstream_error");
  const { call, requestId, createdAtMs, account, key } = admitted;
  return {
    id: requestId,
    createdAtMs,
    accountId: account.id,
    keyId: key.id,
    kind,
    state: "running",
    model: call.model,
    channelId: channel.id,
    credentialId: credential.id,
    upstreamId,
    images: call.images,
    seconds: call.videoSeconds ?? 0,
    imageKind: (call.image && imageName(call.image)) || null,
  };
}

/** Writes the task down. False: that could not be done, and the call is to be settled as one that came to nothing. */
async function begin(
  task: Task,
  admitted: Admitted,
  { attempts, upstreamMs, channel }: Answered,
  key: TaskKey | undefined,
  held: GatewayDeps,
): Promise<boolean> {
  const outcome = { status: 200, errorCode: null, usage: undefined, usageSource: "none" as const };
  const settlement = settlementOf(
    admitted,
    { ...outcome, attempts, upstreamMs, channel, firstTokenMs: null },
    held,
  );
  for (let tries = 1; ; tries += 1) {
    try {
      await held.tasks.store.begin(task, { ...settlement, held: false }, key);
      return true;
    } catch (error) {
      held.reportError(error, task.id);
      if (tries >= TRIES) return false;
    }
  }
}

function madeBody(task: Task, { answer }: Answered, { tasks }: GatewayDeps): string {
  const wrapped = wrapId(task.kind, task.id, task.accountId, tasks.idKey());
  return answer.kind === "json" ? retold(answer.body, task, wrapped) : "";
}

/** What limits have counted of a task stays counted; only that it runs here is over. */
function madeAnswer(body: string, admitted: Admitted, { upstreamMs }: Answered, held: GatewayDeps): Answer {
  const { call, ticket, place, startedMs, clientMs } = admitted;
  const counted = { ...noUsage, images: call.images };
  leave(ticket, counted, held);
  leave(place, counted, held);
  held.running.leave(call.model);
  const gatewayMs = held.clock.monotonicMs() - startedMs - clientMs - upstreamMs;
  return { status: 200, headers: answerHeaders(admitted, "application/json", gatewayMs), body };
}

function keyOf(
  { headers, account, path, requestId }: Identified,
  { bytes }: Call,
): TaskKey | undefined | Refusal {
  const key = headers.get("idempotency-key");
  if (key === null || key === "") return undefined;
  if (key.length > MAX_KEY)
    return refuse("invalid_request", `Idempotency-Key: at most ${MAX_KEY} characters are expected.`);
  const hash = (...parts: (string | Uint8Array)[]) =>
    parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest();
  return { accountId: account.id, keyHash: hash(`${path}\n${key}`), bodyHash: hash(bytes), requestId };
}

/** undefined: the key is this call's now. Else the task that was made under it; a call that is under way is waited for. */
async function claim(
  key: TaskKey,
  { signal }: Identified,
  deps: GatewayDeps,
): Promise<{ taskId: string } | undefined | Refusal> {
  const giveUpAtMs = deps.clock.monotonicMs() + TWIN_MS;
  for (;;) {
    const found = await deps.tasks.store.claim(key).catch((error) => {
      deps.reportError(error, key.requestId);
      return undefined;
    });
    if (found === undefined) return refuse("overloaded");
    if (found.kind === "mine") return undefined;
    if (found.kind === "made") return found;
    if (found.kind === "other")
      return refuse("invalid_request", "Idempotency-Key: it was used with another body. Use a new one.");
    const nowMs = deps.clock.monotonicMs();
    if (nowMs >= giveUpAtMs)
      return refuse(
        "overloaded",
        "A call with this Idempotency-Key is still under way. Try again in a moment.",
      );
    if ((await pause(deps, signal, nowMs + TWIN_LOOK_MS)) !== "total_timeout") return refuse("client_closed");
  }
}
