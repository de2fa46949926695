import type { Arrival } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Incoming } from "./exchange.ts";

export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * The request's body, once, in memory and never on disk. Refused above 32 MB, when the client goes away in the middle
 * of it, and when all bodies together would exceed the node's budget. `release` gives the budget back.
 */
export async function readBody(
  request: Incoming,
  arrival: Arrival,
  { bodyBudget, clock }: GatewayDeps,
): Promise<{ bytes: Uint8Array; release: () => void } | Refusal> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > MAX_BODY_BYTES) return refuse("request_too_large");
  let size = 0;
  const release = () => {
    bodyBudget.usedBytes -= size;
    size = 0;
  };
  const chunks: Uint8Array[] = [];
  let refusal: Refusal | undefined;
  const take = (chunk: Uint8Array): boolean => {
    size += chunk.byteLength;
    bodyBudget.usedBytes += chunk.byteLength;
    if (size > MAX_BODY_BYTES) refusal = refuse("request_too_large");
    else if (bodyBudget.usedBytes > bodyBudget.maxBytes) refusal = refuse("overloaded");
    else chunks.push(chunk);
    return refusal === undefined;
  };
  const startedMs = clock.monotonicMs();
  try {
    await request.readBody(take);
    arrival.clientMs = clock.monotonicMs() - startedMs;
  } catch {
    refusal = refuse("invalid_request", "The request body ended before it was complete.");
  }
  if (refusal !== undefined) {
    release();
    return refusal;
  }
  if (arrival.signal.aborted) {
    release();
    return refuse("invalid_request", "The client went away before the body was complete.");
  }
  return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), release };
}
