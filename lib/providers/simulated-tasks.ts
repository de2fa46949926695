import type { UpstreamRequest } from "./provider.ts";
import { DOT, type Simulation } from "./simulation.ts";

type Looked = { status: number; contentType: string; bytes: Uint8Array };

/** Tasks as providers have them, `/v3/…` and `/videos`. */
export type SimulatedTasks = {
  /** What making one answers; undefined: the call is about none. */
  make(request: UpstreamRequest, simulation: Pick<Simulation, "fault" | "created">): object | undefined;
  /** What looking at one, fetching or deleting it answers; undefined: the call is about none. */
  look(request: UpstreamRequest): Looked | undefined;
};

/** Of tasks that were looked at: more are not remembered. */
const MOST_SEEN = 10_000;
const MOST_IMAGES = 16;
const IMAGE = `data:image/png;base64,${DOT}`;
/** The first box of an MP4, which has no film in it. */
const FILM = Buffer.from("000000186674797069736d0000000000697336d06d703432", "hex");
const VIDEO = `data:video/mp4;base64,${FILM.toString("base64")}`;

/**
 * A task is done when it is looked at for the second time. What it makes stands in its id, so that any process can tell: only who
 * has looked before is remembered. `x-sim-fault: task-failed` makes one that fails, `task-stuck` one that never ends.
 */
export function simulatedTasks(newId: () => string): SimulatedTasks {
  const seen = new Set<string>();

  /** Whether the task is done: not at the first look. */
  function isDone(id: string): boolean {
    if (id.startsWith("sim-task-stuck")) return false;
    if (seen.has(id)) return true;
    if (seen.size >= MOST_SEEN) seen.clear();
    seen.add(id);
    return false;
  }

  return {
    make(request, { fault, created }) {
      const { path, model } = request;
      if (path !== "/videos" && !path.startsWith("/v3/")) return undefined;
      const body = JSON.parse(Buffer.from(request.body).toString("utf8"));
      const kind = fault.startsWith("task-") ? fault : "task-fine";
      if (path === "/videos") {
        const id = `sim-${kind}-${body.seconds ?? "4"}-${body.size ?? "1280x720"}-${newId()}`;
        return videoOf(id, "queued", created, model);
      }
      const count = Math.min(Number(body.request?.image_num ?? body.image_num ?? 1), MOST_IMAGES);
      const isVideo = /video|-[ti]2v|minimax/.test(path);
      if (path.startsWith("/v3/async/"))
        return { task_id: `sim-${kind}-${isVideo ? "v" : "i"}${count}-${newId()}` };
      return count === 1 ? { image_file: DOT, image_type: "png" } : { images: imagesOf(count) };
    },
    look({ method, path }) {
      const result = /^\/v3\/async\/task-result\?task_id=(.+)$/.exec(path)?.[1];
      if (result !== undefined) return asJson(resultOf(decodeURIComponent(result), isDone));
      const [, id, content] = /^\/videos\/([^/?]+)(\/content)?/.exec(path) ?? [];
      if (id === undefined) return undefined;
      if (method === "DELETE") return asJson({ id, object: "video.deleted", deleted: true });
      if (content !== undefined) return { status: 200, contentType: "video/mp4", bytes: FILM };
      const ended = id.startsWith("sim-task-failed") ? "failed" : "completed";
      return asJson(videoOf(id, isDone(id) ? ended : "in_progress", 0, ""));
    },
  };
}

function resultOf(id: string, isDone: (id: string) => boolean): object {
  const [, makes = "i", count = "1"] = /-([iv])(\d+)-/.exec(id) ?? [];
  const ended = id.startsWith("sim-task-failed") ? "TASK_STATUS_FAILED" : "TASK_STATUS_SUCCEED";
  const status = isDone(id) ? ended : "TASK_STATUS_PROCESSING";
  const reason = status === "TASK_STATUS_FAILED" ? "simulated" : "";
  const isThere = status === "TASK_STATUS_SUCCEED";
  return {
    task: { task_id: id, status, reason, progress_percent: isThere ? 100 : 50 },
    images: isThere && makes === "i" ? imagesOf(Number(count)) : [],
    videos: isThere && makes === "v" ? [{ video_url: VIDEO, video_type: "mp4" }] : [],
  };
}

const imagesOf = (count: number) =>
  Array.from({ length: count }, () => ({ image_url: IMAGE, image_type: "png" }));

function videoOf(id: string, status: string, created: number, model: string): object {
  const [, seconds = "4", size = "1280x720"] = /^sim-task-[a-z]+-(\d+)-(\d+x\d+)-/.exec(id) ?? [];
  const isOver = status === "completed" || status === "failed";
  return {
    ...{ id, object: "video", model, status, progress: isOver ? 100 : 0, created_at: created, seconds, size },
    ...(status === "failed" ? { error: { code: "simulated", message: "Simulated failure." } } : {}),
  };
}

function asJson(body: object): Looked {
  return { status: 200, contentType: "application/json", bytes: Buffer.from(JSON.stringify(body)) };
}
