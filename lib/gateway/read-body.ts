import type { Arrival } from "./arrival.ts";
import { BodyPieces } from "./body-pieces.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Incoming } from "./exchange.ts";

export const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Of larger bodies it is counted whose they are, so that one account cannot take all of the node's memory for them. */
const COUNTED_BYTES = 64 << 10;
/** One account's share of the budget. */
const SHARE = 0.25;

/** Memory for the bodies of running calls: all together, and of those who send large ones. Bytes. */
export type BodyBudget = {
  usedBytes: number;
  readonly maxBytes: number;
  readonly byAccount: Map<string, number>;
};

/**
 * The request's body, once, in memory and never on disk. Refused above 32 MB, when the client goes away in the middle
 * of it, and when all bodies together would exceed the node's budget, or an account's its share. `release` gives it back.
 */
export async function readBody(
  request: Incoming,
  arrival: Arrival & { account: { id: string } },
  { bodyBudget, clock }: GatewayDeps,
): Promise<{ bytes: Uint8Array; release: () => void } | Refusal> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > MAX_BODY_BYTES) return refuse("request_too_large");
  const taken = new Taken(bodyBudget, arrival.account.id);
  const pieces = new BodyPieces();
  let refusal: Refusal | undefined;
  const take = (chunk: Uint8Array): boolean => {
    if (!taken.add(chunk.byteLength)) refusal = refuse("overloaded");
    else if (taken.bytes > MAX_BODY_BYTES) refusal = refuse("request_too_large");
    else if (!pieces.add(chunk))
      refusal = refuse("invalid_request", "The request body comes in too small pieces.");
    return refusal === undefined;
  };
  const startedMs = clock.monotonicMs();
  try {
    await request.readBody(take);
    arrival.clientMs = clock.monotonicMs() - startedMs;
  } catch {
    refusal = refuse("invalid_request", "The request body ended before it was complete.");
  }
  if (refusal === undefined && arrival.signal.aborted)
    refusal = refuse("invalid_request", "The client went away before the body was complete.");
  const release = () => taken.release();
  if (refusal === undefined) return { bytes: pieces.bytes(), release };
  release();
  return refusal;
}

/** What one body takes of the budget. */
class Taken {
  bytes = 0;
  private counted = 0;
  private readonly budget: BodyBudget;
  private readonly accountId: string;

  constructor(budget: BodyBudget, accountId: string) {
    this.budget = budget;
    this.accountId = accountId;
  }

  /** Whether there was room for it. */
  add(bytes: number): boolean {
    const { budget } = this;
    this.bytes += bytes;
    budget.usedBytes += bytes;
    if (this.bytes > COUNTED_BYTES) this.count(this.bytes);
    return budget.usedBytes <= budget.maxBytes && this.ofAccount() <= budget.maxBytes * SHARE;
  }

  release(): void {
    this.budget.usedBytes -= this.bytes;
    this.bytes = 0;
    if (this.counted > 0) this.count(0);
  }

  private count(bytes: number): void {
    const { byAccount } = this.budget;
    const left = this.ofAccount() + bytes - this.counted;
    this.counted = bytes;
    if (left === 0) byAccount.delete(this.accountId);
    else byAccount.set(this.accountId, left);
  }

  private ofAccount(): number {
    return this.counted === 0 && this.bytes <= COUNTED_BYTES
      ? 0
      : (this.budget.byAccount.get(this.accountId) ?? 0);
  }
}
