import type { Arrival } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";

export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * The request's body, once, in memory and never on disk. Refused above 32 MB, when the client goes away in the middle
 * of it, and when all bodies together would exceed the node's budget. `release` gives the budget back.
 */
export async function readBody(
  request: Request,
  arrival: Arrival,
  { bodyBudget }: GatewayDeps,
): Promise<{ bytes: Uint8Array; release: () => void } | Refusal> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > MAX_BODY_BYTES) return refuse("request_too_large");
  let size = 0;
  const release = () => {
    bodyBudget.usedBytes -= size;
    size = 0;
  };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      bodyBudget.usedBytes += chunk.byteLength;
      const tooLarge = size > MAX_BODY_BYTES;
      if (tooLarge || bodyBudget.usedBytes > bodyBudget.maxBytes) {
        release();
        return refuse(tooLarge ? "request_too_large" : "overloaded");
      }
      chunks.push(chunk);
    }
  } catch {
    release();
    return refuse("invalid_request", "The request body ended before it was complete.");
  }
  if (arrival.signal.aborted) {
    release();
    return refuse("invalid_request", "The client went away before the body was complete.");
  }
  return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), release };
}
