import type { Usage } from "#lib/pricing/usage";
import { noUsage } from "#lib/pricing/usage";
import type { Task, TaskProtocol } from "#lib/tasks/task";
import { asObject } from "../protocols/openai-usage.ts";
import { madeOf } from "../protocols/tasks.ts";

/** What an upstream says of a task. A success says what was made: something, or it is none. */
export type Said = Readonly<{ body: Readonly<Record<string, unknown>> }> &
  (
    | { state: "running" }
    | { state: "failed"; reason: string | undefined }
    | { state: "succeeded"; usage: Usage }
  );

/** How tasks of a protocol are asked after and told of. */
export type Speech = {
  /** Below the channel's base URL. */
  statusPath(upstreamId: string): string;
  /** Upstream's answer for a task; undefined where it says nothing of it. */
  read(body: Readonly<Record<string, unknown>>, task: Task): Said | undefined;
  /** A task that has come to nothing, in the protocol's own words. */
  failed(wrappedId: string, task: Task, reason: string): object;
};

const MAX_REASON = 500;
const reasonOf = (value: unknown) =>
  typeof value === "string" && value !== "" ? value.slice(0, MAX_REASON) : undefined;

const tasks: Speech = {
  statusPath: (id) => `/v3/async/task-result?task_id=${encodeURIComponent(id)}`,
  read(body, task) {
    const about = asObject(body.task) ?? body;
    if (about.task_id !== undefined && about.task_id !== task.upstreamId) return undefined;
    const status = String(about.status ?? "").toUpperCase();
    if (status === "") return undefined;
    if (/FAIL|CANCEL|EXPIRE/.test(status)) return { state: "failed", reason: reasonOf(about.reason), body };
    if (!/SUCCE/.test(status)) return { state: "running", body };
    const makes = task.images > 0 ? "image" : "video";
    const usage = madeOf(body, { makes }, { images: task.images, videoSeconds: task.seconds });
    return usage === undefined
      ? { state: "failed", reason: reasonOf(about.reason), body }
      : { state: "succeeded", usage, body };
  },
  failed: (id, _, reason) => ({
    task: { task_id: id, status: "TASK_STATUS_FAILED", reason },
    images: [],
    videos: [],
    audios: [],
  }),
};

const videos: Speech = {
  statusPath: (id) => `/videos/${encodeURIComponent(id)}`,
  read(body, task) {
    if (body.id !== undefined && body.id !== task.upstreamId) return undefined;
    const status = String(body.status ?? "").toLowerCase();
    if (status === "") return undefined;
    if (/fail|cancel|expire/.test(status))
      return { state: "failed", reason: reasonOf(asObject(body.error)?.message), body };
    if (!/^(completed|succeeded)$/.test(status)) return { state: "running", body };
    const seconds = Number(body.seconds);
    const isLess = Number.isInteger(seconds) && seconds > 0 && seconds < task.seconds;
    const usage = { ...noUsage, calls: 1, videoSeconds: isLess ? seconds : task.seconds };
    return { state: "succeeded", usage, body };
  },
  failed: (id, { model, createdAtMs, seconds }, message) => ({
    ...{ id, object: "video", model, status: "failed", progress: 0 },
    ...{ created_at: Math.floor(createdAtMs / 1000), seconds: String(seconds) },
    error: { code: "video_generation_failed", message },
  }),
};

/** How tasks of a protocol speak. */
export const speechOf = (kind: TaskProtocol): Speech => (kind === "task" ? tasks : videos);

/** What upstream says, for the task's owner: its id, and our name of the model, wherever upstream's own stands by itself. */
export function retold(
  body: Readonly<Record<string, unknown>>,
  { kind, upstreamId, model }: Pick<Task, "kind" | "upstreamId" | "model">,
  wrappedId: string,
): string {
  return JSON.stringify(body, (name, value) => {
    if (value === upstreamId) return wrappedId;
    return kind === "video" && name === "model" && typeof value === "string" ? model : value;
  });
}
