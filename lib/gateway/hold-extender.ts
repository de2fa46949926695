import type { Funds } from "#lib/funds/funds";
import { holdWithin } from "#lib/pricing/rate";
import type { Admitted } from "./admit.ts";
import { type Refusal, refuse } from "./errors.ts";

/** A share of the bound at which more is asked for, so that the stream need not wait for the answer. */
const ASK_AT = 0.75;
/** Upstream obeys a limit that the request names; our estimate from bytes may run above it without meaning anything. */
const TRUST_IN_LIMIT = 4;

/** Lets a running stream's hold grow with what it delivers: nothing runs on credit beyond what is held. */
export class HoldExtender {
  holdNanoUsd: bigint;
  private coveredTokens: number;
  private asking: Promise<void> | undefined;
  private shortage: Refusal | undefined;
  private readonly admitted: Admitted;
  private readonly funds: Funds;

  constructor(admitted: Admitted, funds: Funds) {
    this.admitted = admitted;
    this.funds = funds;
    this.holdNanoUsd = admitted.holdNanoUsd;
    const trust = admitted.call.maxOutputTokens === null ? 1 : TRUST_IN_LIMIT;
    this.coveredTokens = admitted.bounds.outputTokens * trust;
  }

  /** So much is held that nothing more need be asked for yet. */
  covers(outputTokens: number): boolean {
    return outputTokens < this.coveredTokens * ASK_AT;
  }

  /** Asks for more in time; waits for it only when what is held is used up. A refusal ends the stream. */
  async cover(outputTokens: number): Promise<Refusal | undefined> {
    if (this.covers(outputTokens)) return undefined;
    if (this.shortage === undefined) {
      this.asking ??= this.ask(outputTokens).finally(() => {
        this.asking = undefined;
      });
    }
    if (outputTokens >= this.coveredTokens) await this.asking;
    return outputTokens >= this.coveredTokens ? this.shortage : undefined;
  }

  /** Waits for what was asked last: the settlement must follow it. */
  async settle(): Promise<void> {
    await this.asking;
  }

  private async ask(outputTokens: number): Promise<void> {
    const { price, bounds, requestId, budget } = this.admitted;
    const coveredTokens = Math.max(this.coveredTokens, outputTokens) * 2;
    const reached = { promptTokens: bounds.promptTokens, outputTokens: coveredTokens };
    const hold = holdWithin(reached, price.components, price.multiplier);
    if (hold === undefined) return;
    const byNanoUsd = hold > this.holdNanoUsd ? hold - this.holdNanoUsd : 0n;
    try {
      const answer = await this.funds.extend(requestId, byNanoUsd, budget?.limitNanoUsd ?? null);
      if (answer === "ok") {
        this.holdNanoUsd += byNanoUsd;
        this.coveredTokens = coveredTokens;
      } else if (answer !== "gone") this.shortage = refuse(answer);
    } catch {
      // Without the database nothing more can be held: the stream may use what it has.
      this.shortage = refuse("overloaded");
    }
  }
}
