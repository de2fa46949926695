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

/** Whoever has it calls `release`: what it takes of the budget is free again. */
export type Body = {
  bytes: Uint8Array;
  release(): void;
  /**
   * A stream holds the text of its prompt, which is counted if upstream does not say: `release` takes effect when it is
   * over. The bytes are let go.
   */
  keepUntilOver(stream: { whenOver(listener: () => void): void }): void;
};

/**
 * The request's body, once, in memory and never on disk. Refused above 32 MB, when the client goes away in the middle
 * of it, and when all bodies together would exceed the node's budget, or an account's its share. At once where it is
 * here already.
 */
export function readBody(
  request: Incoming,
  arrival: Arrival & { account: { id: string } },
  { bodyBudget, clock }: GatewayDeps,
): Body | Refusal | Promise<Body | Refusal> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > MAX_BODY_BYTES) return refuse("request_too_large");
  const reading = new Reading(new Taken(bodyBudget, arrival.account.id));
  const startedMs = clock.monotonicMs();
  const coming = request.readBody(reading.take);
  if (coming === undefined) return reading.end(arrival);
  return coming.then(
    () => {
      arrival.clientMs = clock.monotonicMs() - startedMs;
      return reading.end(arrival);
    },
    () => reading.breakOff(),
  );
}

/** A body on its way into memory. */
class Reading implements Body {
  bytes: Uint8Array = NOTHING;
  private refusal: Refusal | undefined;
  /** undefined: the body has come whole. */
  private pieces: BodyPieces | undefined = new BodyPieces();
  private readonly taken: Taken;
  private isKept = false;

  constructor(taken: Taken) {
    this.taken = taken;
  }

  readonly take = (chunk: Uint8Array): boolean => {
    if (this.pieces === undefined) return false;
    if (!this.taken.add(chunk.byteLength)) this.refusal = refuse("overloaded");
    else if (this.taken.bytes > MAX_BODY_BYTES) this.refusal = refuse("request_too_large");
    else if (!this.pieces.add(chunk))
      this.refusal = refuse("invalid_request", "The request body comes in too small pieces.");
    return this.refusal === undefined;
  };

  end({ signal }: Pick<Arrival, "signal">): Body | Refusal {
    if (this.refusal === undefined && signal.aborted)
      this.refusal = refuse("invalid_request", "The client went away before the body was complete.");
    if (this.refusal !== undefined) return this.refused(this.refusal);
    this.bytes = this.pieces?.bytes() ?? NOTHING;
    // Of several pieces it is a copy.
    this.pieces = undefined;
    return this;
  }

  breakOff(): Refusal {
    return this.refused(refuse("invalid_request", "The request body ended before it was complete."));
  }

  keepUntilOver(stream: { whenOver(listener: () => void): void }): void {
    this.isKept = true;
    this.bytes = NOTHING;
    stream.whenOver(() => {
      this.isKept = false;
      this.release();
    });
  }

  release(): void {
    if (this.isKept) return;
    this.taken.release();
  }

  private refused(refusal: Refusal): Refusal {
    this.release();
    return refusal;
  }
}

const NOTHING = new Uint8Array(0);

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
