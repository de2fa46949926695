import type { Arrival } from "./arrival.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Protocol } from "./protocols/call.ts";
import { chat } from "./protocols/chat.ts";
import { images } from "./protocols/images.ts";

/** What a path asks for: a call of a protocol, or the list of models. */
export type Endpoint = { name: "call"; protocol: Protocol } | { name: "models"; modelId: string | undefined };

/** The paths that are called with a model. */
const calls: Readonly<Record<string, Endpoint>> = {
  "/v1/chat/completions": { name: "call", protocol: chat },
  "/v1/images/generations": { name: "call", protocol: images },
};

/** The endpoint of a path, or 404. Model ids may hold `/ : .` and come plain or percent-encoded. */
export function findEndpoint({ path, method }: Pick<Arrival, "path" | "method">): Endpoint | Refusal {
  const call = Object.hasOwn(calls, path) ? calls[path] : undefined;
  if (call !== undefined) return method === "POST" ? call : refuse("method_not_allowed");
  if (path === "/v1/models" || path.startsWith("/v1/models/")) {
    if (method !== "GET") return refuse("method_not_allowed");
    const modelId = decode(path.slice("/v1/models/".length));
    return modelId === undefined ? refuse("not_found") : { name: "models", modelId: modelId || undefined };
  }
  return refuse("not_found");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
