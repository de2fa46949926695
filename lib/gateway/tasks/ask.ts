import { type UpstreamBody, UpstreamFailure, type UpstreamResponse } from "#lib/providers/provider";
import type { Task } from "#lib/tasks/task";
import { readAll, readText } from "../attempt.ts";
import type { GatewayDeps } from "../deps.ts";
import type { Leaving } from "../exchange.ts";
import { isFaultClass } from "../fault-table.ts";
import { type Fault, faultOfClass, faultOfStatus } from "../faults.ts";
import { asObject } from "../protocols/openai-usage.ts";
import { modalityOf, timeoutsOf } from "../timeouts.ts";
import type { Watch } from "../watch.ts";

/** What is asked of the upstream that has a task. `path`: below the channel's base URL. */
export type AskedOfTask = { method: "GET" | "DELETE"; path: string };
export type AskDeps = Pick<GatewayDeps, "snapshot" | "providers" | "watches" | "clock" | "now">;

const NOTHING = new Uint8Array();
const MAX_ANSWER_BYTES = 64 << 20;
/** To say how a task stands takes no time, however long the task itself does. */
const MOST_WAIT_MS = 30_000;

/** Asks, and reads the answer as JSON. It says nothing of the channel's health: a task may simply be gone there. */
export async function askJson(
  task: Task,
  asked: AskedOfTask,
  deps: AskDeps,
): Promise<{ body: Readonly<Record<string, unknown>> } | { fault: Fault }> {
  const opened = await askTask(task, asked, undefined, deps);
  if ("fault" in opened) return opened;
  const { response, watch } = opened;
  try {
    const bytes = await readAll(response.body, MAX_ANSWER_BYTES);
    watch.close();
    const body = asObject(parse(Buffer.from(bytes).toString("utf8")));
    return body === undefined ? { fault: faultOfClass("malformed") } : { body };
  } catch (error) {
    return { fault: faultOf(error, watch) };
  }
}

/** Asks, and hands over an answer whose body is still to be read: whoever does ends the watch. */
export async function askTask(
  task: Task,
  { method, path }: AskedOfTask,
  client: Leaving | undefined,
  deps: AskDeps,
): Promise<{ response: UpstreamResponse; watch: Watch; idleMs: number } | { fault: Fault }> {
  const { snapshot, providers, clock } = deps;
  const channel = snapshot.channels.get(task.channelId);
  // The one that it was made with; where that was replaced, what took its place.
  const credential =
    channel?.credentials.find(({ id }) => id === task.credentialId) ?? channel?.credentials[0];
  const provider = channel && providers[channel.provider];
  if (channel === undefined || credential === undefined || provider === undefined)
    return { fault: faultOfClass("unknown_provider") };
  const timeouts = timeoutsOf(channel, modalityOf(snapshot.models.get(task.model)));
  const watch = deps.watches.open(client, clock.monotonicMs() + timeouts.totalMs);
  try {
    watch.arm("headers_timeout", Math.min(timeouts.headersMs, MOST_WAIT_MS));
    const response = await provider.send(channel, {
      ...{ method, path, model: channel.models.get(task.model) ?? task.model, body: NOTHING, stream: false },
      ...{ secret: credential.secret, headers: {}, connectTimeoutMs: timeouts.connectMs, ending: watch },
    });
    const { status } = response;
    watch.arm("idle_timeout", timeouts.idleMs);
    if (status >= 200 && status <= 299) return { response, watch, idleMs: timeouts.idleMs };
    const text = await readText(response.body);
    watch.close();
    return { fault: faultOfStatus(status, response, text, deps.now()) };
  } catch (error) {
    return { fault: faultOf(error, watch) };
  }
}

/** Throws what is no fault of an upstream. */
function faultOf(error: unknown, watch: Watch): Fault {
  const { reason } = watch;
  if (reason === undefined && !(error instanceof UpstreamFailure)) throw error;
  const name = reason ?? (error instanceof UpstreamFailure ? error.errorClass : "");
  watch.end(name);
  return faultOfClass(isFaultClass(name) ? name : "connection_lost");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A body on its way to the client, as the mounts pull it. One that breaks off fails there: it never ends as if it were whole. */
export function bodyStream(body: UpstreamBody, watch: Watch, idleMs: number) {
  const chunks = body[Symbol.asyncIterator]();
  return {
    async next() {
      watch.arm("idle_timeout", idleMs);
      try {
        const { done = false, value } = await chunks.next();
        if (done) watch.close();
        return { bytes: done ? undefined : value, last: done };
      } catch (error) {
        watch.end("connection_lost");
        throw error;
      }
    },
    whenReady() {},
    async abandon() {
      watch.end("client_abort");
      await chunks.return?.();
    },
  };
}
