import { noUsage } from "#lib/pricing/usage";
import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import type { Refusal } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import { leave } from "./limit.ts";
import { errorResponse } from "./respond.ts";
import { freeRowOf, type Known, type Outcome, refusalOf, resourceRowOf, settlementOf } from "./settle.ts";

/** The end of every admitted call: resolves when row, ledger and balance are committed. */
export async function finish(admitted: Admitted, outcome: Outcome, deps: GatewayDeps): Promise<void> {
  // What makes no tokens says nothing of how many a chat with the same model makes.
  if (outcome.usage !== undefined && outcome.errorCode === null && admitted.call.maxOutputTokens !== 0) {
    deps.outputHistory.observe(admitted.call.model, outcome.usage.completionTokens);
  }
  const settlement = settlementOf(admitted, outcome, deps);
  free(admitted, outcome, deps);
  // First, so that money in memory is spent before anyone could lease it again.
  deps.funds.settled(admitted.requestId, settlement.row.costNanoUsd);
  try {
    await deps.settle(settlement);
  } finally {
    deps.running.leave(admitted.call.model);
  }
}

/** Limits: what it took in truth, and that it runs no more. */
function free({ ticket, place }: Admitted, { usage = noUsage }: Outcome, deps: GatewayDeps): void {
  leave(ticket, usage, deps);
  leave(place, usage, deps);
}

/** Answers a call that was not admitted. Its row follows by itself: nothing waits for it. */
export function reject(known: Known, refusal: Refusal, deps: GatewayDeps): Answer {
  const settlement = refusalOf(known, refusal, deps);
  if (settlement.held) void deps.settle(settlement);
  else deps.recordRefusal(settlement);
  return errorResponse(known, refusal, deps.clock.monotonicMs() - known.startedMs - known.clientMs);
}

/** The row of a call for what an upstream keeps, of this model. */
export function recordResource(
  known: Known,
  model: string,
  outcome: Omit<Outcome, "usage" | "usageSource">,
  deps: GatewayDeps,
): void {
  void deps.settle(resourceRowOf(known, model, outcome, deps));
}

/** The row of a call that costs nothing. */
export function recordFree(known: Known, deps: GatewayDeps): void {
  void deps.settle(freeRowOf(known, deps));
}
