import { askedImage } from "#lib/pricing/image-prices";
import { noUsage, type Usage } from "#lib/pricing/usage";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { foldedName, replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject } from "./call.ts";
import { asObject } from "./openai-usage.ts";
import { meantInTasks, unsoldIn } from "./passed.ts";
import type { TaskKind } from "./task-names.ts";

const MAX_IMAGES = 16;
const MAX_SECONDS = 120;
/** What of a body money hangs on: it is read once, and sent on as it was read. */
const COUNTED = ["image_num", "duration"];

/** By these other makers of images are told how many: none of ours is, and an upstream of that kind would make them for nothing. */
const OTHER_COUNTS = ["n", "n_iter", "batch_size", "num_images", "num_outputs", "image_count", "samples"];

/** What of a task's body is counted stands at its top, or in `request`. */
const holderOf = (body: Readonly<Record<string, unknown>>) => asObject(body.request) ?? body;

/**
 * POST /v3/{task}: a task that is answered with what it made. `path` is the client's own, below upstream's base URL. The body's
 * `model_name` is a checkpoint and passes; the priced model is the task's.
 */
export function syncTask(task: TaskKind, path: string): Protocol {
  const protocol: Protocol = {
    upstreamPath: path,
    isOptional: true,
    read: (bytes) => readTask(bytes, task, protocol),
    upstreamBody: countedBody,
    readAnswer(body, { images }) {
      const usage = madeOf(body, task, { images, videoSeconds: 0 });
      return usage && { usage, texts: () => [] };
    },
  };
  return protocol;
}

/** POST /v3/async/{task}: answered with the id of a task that has only begun. */
export function asyncTask(task: TaskKind, path: string): Protocol {
  const protocol: Protocol = {
    upstreamPath: path,
    isOptional: true,
    read: (bytes) => readTask(bytes, task, protocol),
    upstreamBody: countedBody,
    readAnswer: (body) => (taskIdIn(body) === undefined ? undefined : NOTHING_YET),
  };
  return protocol;
}

const NOTHING_YET = { usage: undefined, texts: () => [] };
/** It becomes a part of a path. */
const ID = /^(?=.*[A-Za-z0-9])[\x21-\x7e]{1,512}$/;

/** What upstream calls the task that it has begun; undefined: it has begun none. */
export function taskIdIn(body: Readonly<Record<string, unknown>>): string | undefined {
  return upstreamIdOf(body.task_id ?? asObject(body.task)?.task_id);
}

/** What can be asked after; undefined: what no id looks like. */
export const upstreamIdOf = (id: unknown): string | undefined =>
  typeof id === "string" && ID.test(id) ? id : undefined;

/** What a task has made, at most what was asked for; undefined: nothing. */
export function madeOf(
  body: Readonly<Record<string, unknown>>,
  { makes }: Pick<TaskKind, "makes">,
  asked: Pick<Usage, "images" | "videoSeconds">,
): Usage | undefined {
  const single = [body.image_file, body.image_url, body.image].some(isText) ? 1 : 0;
  const images = Math.max(single, countOf(body.images, ["image_url", "image_file", "url", "b64_json"]));
  if (makes === "image")
    return images === 0 ? undefined : { ...noUsage, calls: 1, images: Math.min(images, asked.images) };
  const single2 = [body.video_file, body.video_url].some(isText) ? 1 : 0;
  if (Math.max(single2, countOf(body.videos, ["video_url", "video_file", "url"])) === 0) return undefined;
  return { ...noUsage, calls: 1, videoSeconds: asked.videoSeconds };
}

const isText = (value: unknown) => typeof value === "string" && value !== "";

function countOf(list: unknown, names: readonly string[]): number {
  if (!Array.isArray(list)) return 0;
  return list.filter((one) => isText(one) || names.some((name) => isText(asObject(one)?.[name]))).length;
}

function readTask(bytes: Uint8Array, task: TaskKind, protocol: Protocol): Call | Refusal {
  const read = readObject(bytes, meantInTasks);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  if (!isAbsent(body.request) && !isObject(body.request))
    return refuse("invalid_request", "request: an object is expected.", "request");
  const unsold = unsoldIn(body) ?? unsoldIn(holderOf(body)) ?? misspelt(body) ?? misspelt(holderOf(body));
  if (unsold !== undefined) return unsold;
  const asked = askedOf(body, task);
  if (isRefusal(asked)) return asked;
  return {
    protocol,
    model: task.model,
    stream: false,
    maxOutputTokens: 0,
    choices: 1,
    ...asked,
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: { texts: [], textBytes: 0, otherTokens: 0 },
    bytes,
    scan,
  };
}

/** A field by which some parser would make more than is counted. */
function misspelt(holder: Readonly<Record<string, unknown>>): Refusal | undefined {
  for (const name of Object.keys(holder)) {
    const folded = foldedName(name);
    if (OTHER_COUNTS.includes(folded) && !isAbsent(holder[name]))
      return refuse("unsupported_field", `${name}: how many is what \`image_num\` says, leave it out.`, name);
    if (folded !== name && COUNTED.includes(folded))
      return refuse("invalid_request", `${name.slice(0, 64)}: this field is written "${folded}".`, folded);
  }
  return undefined;
}

type Asked = Pick<Call, "images" | "image" | "videos" | "videoSeconds">;

function askedOf(body: Readonly<Record<string, unknown>>, { makes }: TaskKind): Asked | Refusal {
  const holder = holderOf(body);
  for (const name of COUNTED)
    if (holder !== body && !isAbsent(body[name]))
      return refuse("invalid_request", `${name}: it stands in \`request\`.`, name);
  const { image_num: count, duration, width, height } = holder;
  if (makes === "video") {
    const seconds = typeof duration === "string" && /^\d{1,3}$/.test(duration) ? Number(duration) : duration;
    if (!isAbsent(seconds) && !isWhole(seconds, 1, MAX_SECONDS))
      return refuse(
        "invalid_request",
        `duration: whole seconds from 1 to ${MAX_SECONDS} are expected.`,
        "duration",
      );
    return { images: 0, videos: 1, videoSeconds: typeof seconds === "number" ? seconds : 0 };
  }
  if (!isAbsent(count) && !isWhole(count, 1, MAX_IMAGES))
    return refuse(
      "invalid_request",
      `image_num: a whole number from 1 to ${MAX_IMAGES} is expected.`,
      "image_num",
    );
  const isSized = isWhole(width, 1, 99_999) && isWhole(height, 1, 99_999);
  const image = askedImage(isSized ? `${width}x${height}` : undefined, undefined);
  return { images: typeof count === "number" ? count : 1, image, videos: 0, videoSeconds: 0 };
}

/** As it came, but `request` as we have read it: no field stands in it twice, so that what runs is what is billed. */
function countedBody({ bytes, scan }: Call): Uint8Array {
  const at = scan.members.get("request");
  if (at === undefined) return bytes;
  const request: unknown = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset + at.start, at.end - at.start).toString("utf8"),
  );
  return replaceMembers(bytes, scan, { request });
}
