import type { Arrival } from "./arrival.ts";
import { type Refusal, refuse } from "./errors.ts";

/** What a path asks for. */
export type Endpoint = { name: "chat" } | { name: "models"; modelId: string | undefined };

/** The endpoint of a path, or 404. Model ids may hold `/ : .` and come plain or percent-encoded. */
export function findEndpoint({ path, method }: Pick<Arrival, "path" | "method">): Endpoint | Refusal {
  if (path === "/v1/chat/completions")
    return method === "POST" ? { name: "chat" } : refuse("method_not_allowed");
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
