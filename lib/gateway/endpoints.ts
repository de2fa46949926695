import type { TaskProtocol } from "#lib/tasks/task";
import type { Arrival } from "./arrival.ts";
import { isRefusal, type Refusal, refuse } from "./errors.ts";
import { anthropic } from "./protocols/anthropic-dialect.ts";
import type { Protocol } from "./protocols/call.ts";
import { chat } from "./protocols/chat.ts";
import { completions } from "./protocols/completions.ts";
import { type Dialect, openai } from "./protocols/dialect.ts";
import { embeddings } from "./protocols/embeddings.ts";
import { geminiCount, geminiProtocol } from "./protocols/gemini.ts";
import { gemini } from "./protocols/gemini-dialect.ts";
import { geminiEmbeddings } from "./protocols/gemini-embeddings.ts";
import { imageEdits, imageVariations } from "./protocols/image-forms.ts";
import { images } from "./protocols/images.ts";
import { messages, messagesCount } from "./protocols/messages.ts";
import { moderations } from "./protocols/moderations.ts";
import { rerank } from "./protocols/rerank.ts";
import { findResponse, isOfResponse } from "./protocols/response-paths.ts";
import { responses } from "./protocols/responses.ts";
import { speech } from "./protocols/speech.ts";
import { findTask } from "./protocols/task-names.ts";
import { asyncTask, syncTask } from "./protocols/tasks.ts";
import { transcriptions, translations } from "./protocols/transcriptions.ts";
import { videos } from "./protocols/videos.ts";
import type { Resource } from "./resource-call.ts";
import type { Wanted } from "./tasks/answer.ts";

/**
 * What a path asks for: a call of a protocol, how many tokens one would be, what an upstream keeps, to make a task, one that was
 * made, or the list of models.
 */
export type Endpoint =
  | { name: "call"; protocol: Protocol }
  | { name: "count"; protocol: Protocol; told(tokens: number): object }
  | { name: "make"; protocol: Protocol; kind: TaskProtocol }
  | ({ name: "task" } & Wanted)
  | { name: "resource"; resource: Resource }
  | { name: "models"; modelId: string | undefined };

/** The paths that are called with a model. */
const calls: Readonly<Record<string, Endpoint>> = {
  "/v1/audio/speech": { name: "call", protocol: speech },
  "/v1/audio/transcriptions": { name: "call", protocol: transcriptions },
  "/v1/audio/translations": { name: "call", protocol: translations },
  "/v1/chat/completions": { name: "call", protocol: chat },
  "/v1/completions": { name: "call", protocol: completions },
  "/v1/embeddings": { name: "call", protocol: embeddings },
  "/v1/images/edits": { name: "call", protocol: imageEdits },
  "/v1/images/variations": { name: "call", protocol: imageVariations },
  "/v1/images/generations": { name: "call", protocol: images },
  "/v1/moderations": { name: "call", protocol: moderations },
  "/v1/rerank": { name: "call", protocol: rerank },
  "/v1/responses": { name: "call", protocol: responses },
  "/v1/videos": { name: "make", kind: "video", protocol: videos },
  "/v1/messages": { name: "call", protocol: messages },
  "/v1/messages/count_tokens": {
    name: "count",
    protocol: messagesCount,
    told: (tokens) => ({ input_tokens: tokens }),
  },
};

const GEMINI = "/v1beta/";
/** Where Google's newer clients go by themselves: beside OpenAI's list of models. */
const GEMINI_OF_V1 =
  /^\/v1\/models\/.+:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/;
const isGeminiOfV1 = (path: string) => path.startsWith("/v1/models/") && GEMINI_OF_V1.test(path);

/** The protocol in which a path is answered, also where nobody knows yet what it asks for. */
export function dialectOf(path: string): Dialect {
  if (path.startsWith("/v1/messages")) return anthropic;
  return path.startsWith(GEMINI) || isGeminiOfV1(path) ? gemini : openai;
}

const ASYNC = "/v3/async/";

/** `/v3/{task}`, answered with what it makes; `/v3/async/{task}`, and what became of one. */
function taskEndpoint(path: string, method: string, query: string): Endpoint | Refusal {
  if (path === `${ASYNC}task-result`) {
    const taskId = new URLSearchParams(query).get("task_id") ?? "";
    return method === "GET"
      ? { name: "task", kind: "task", taskId, what: "status" }
      : refuse("method_not_allowed");
  }
  const isAsync = path.startsWith(ASYNC);
  const task = findTask(path.slice(isAsync ? ASYNC.length : "/v3/".length));
  // A video is never ready in time.
  if (task === undefined || (task.makes === "video" && !isAsync)) return refuse("not_found");
  if (method !== "POST") return refuse("method_not_allowed");
  return isAsync
    ? { name: "make", kind: "task", protocol: asyncTask(task, path) }
    : { name: "call", protocol: syncTask(task, path) };
}

/** `/v1/videos/{id}` and its content. */
function videoEndpoint(path: string, method: string): Endpoint | Refusal {
  const [, taskId, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
  if (taskId === undefined) return refuse("not_found");
  const of = { name: "task", kind: "video", taskId } as const;
  if (method === "GET") return { ...of, what: content === undefined ? "status" : "content" };
  return method === "DELETE" && content === undefined
    ? { ...of, what: "delete" }
    : refuse("method_not_allowed");
}

/** The endpoint of a path, or 404. Model ids may hold `/ : .` and come plain or percent-encoded. */
export function findEndpoint({
  path,
  method,
  query,
}: Pick<Arrival, "path" | "method" | "query">): Endpoint | Refusal {
  const call = Object.hasOwn(calls, path) ? calls[path] : undefined;
  if (call !== undefined) return method === "POST" ? call : refuse("method_not_allowed");
  if (method === "POST" && isGeminiOfV1(path)) return geminiEndpoint(path, method, query);
  if (isOfResponse(path)) {
    const resource = findResponse(path, method, query);
    return isRefusal(resource) ? resource : { name: "resource", resource };
  }
  if (path.startsWith("/v3/")) return taskEndpoint(path, method, query);
  if (path.startsWith("/v1/videos/")) return videoEndpoint(path, method);
  if (path === "/v1/models" || path.startsWith("/v1/models/")) {
    if (method !== "GET") return refuse("method_not_allowed");
    const modelId = decode(path.slice("/v1/models/".length));
    return modelId === undefined ? refuse("not_found") : { name: "models", modelId: modelId || undefined };
  }
  return path.startsWith(GEMINI) ? geminiEndpoint(path, method, query) : refuse("not_found");
}

/** `/v1beta/models/{model}:{verb}`: the verb stands behind the last colon. */
function geminiEndpoint(path: string, method: string, query: string): Endpoint | Refusal {
  const [, encoded = "", verb = ""] = /^\/v1(?:beta)?\/models\/(.+):(\w+)$/.exec(path) ?? [];
  const model = decode(encoded);
  if (model === undefined || model === "") return refuse("not_found");
  const endpoint = geminiVerb(model, verb, query);
  return endpoint === undefined || method === "POST"
    ? (endpoint ?? refuse("not_found"))
    : refuse("method_not_allowed");
}

function geminiVerb(model: string, verb: string, query: string): Endpoint | undefined {
  if (verb === "generateContent") return { name: "call", protocol: geminiProtocol({ model, stream: null }) };
  if (verb === "countTokens")
    return { name: "count", protocol: geminiCount(model), told: (totalTokens) => ({ totalTokens }) };
  if (verb === "embedContent" || verb === "batchEmbedContents")
    return { name: "call", protocol: geminiEmbeddings(model, verb === "batchEmbedContents") };
  if (verb !== "streamGenerateContent") return undefined;
  const stream = new URLSearchParams(query).get("alt") === "sse" ? "sse" : "list";
  return { name: "call", protocol: geminiProtocol({ model, stream }) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
