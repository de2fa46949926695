import { formatFraction } from "#lib/core/fraction";
import { emptyRow } from "#lib/logs/row";
import { billUsage } from "#lib/pricing/bill";
import { askedOfKind, pricesOfImage } from "#lib/pricing/image-prices";
import { rateFor } from "#lib/pricing/rate";
import type { Usage } from "#lib/pricing/usage";
import type { Settlement } from "#lib/settlement/batch";
import type { Task, TaskHold } from "#lib/tasks/task";
import type { GatewayDeps } from "../deps.ts";
import { type ErrorCode, refuse } from "../errors.ts";
import { upstreamCost } from "../settle.ts";

/** How a task ended. Without `usage` it made nothing, and costs nothing. */
export type TaskEnd = { usage: Usage | undefined; errorCode: ErrorCode | null };

type Needs = Pick<GatewayDeps, "snapshot" | "newId" | "now" | "nodeId">;

/**
 * The second row of a task, and its bill: what it made, at the prices under which it was admitted. The first row's own facts (whose,
 * from where, under which version) come from the hold. It is no request: nobody called.
 */
export function taskSettlement(
  task: Task,
  { usage, errorCode }: TaskEnd,
  hold: TaskHold,
  deps: Needs,
): Settlement {
  const createdAtMs = Math.round(deps.now());
  const channel = deps.snapshot.channels.get(task.channelId);
  const image = task.imageKind === null ? undefined : askedOfKind(task.imageKind);
  const price = priceOf(task, hold, deps);
  const rate = price && rateFor(price.components, 0);
  const row = {
    ...emptyRow,
    ...hold.log,
    requestId: deps.newId(createdAtMs),
    createdAtMs,
    parentId: task.id,
    nodeId: deps.nodeId,
    upstreamModel: channel?.models.get(task.model) ?? null,
    channelId: task.channelId,
    status: errorCode === null ? 200 : refuse(errorCode).status,
    errorCode,
    images: usage?.images ?? 0,
    seconds: usage?.videoSeconds ?? 0,
    usageSource: usage === undefined ? ("none" as const) : ("upstream" as const),
    costNanoUsd: usage === undefined ? 0n : costOf(task, usage, hold, deps),
    upstreamCostNanoUsd: upstreamCost(task.model, { usage, channel, image }, task.createdAtMs, deps),
    holdNanoUsd: hold.amountNanoUsd,
    modelMultiplier: rate?.modelMultiplier ?? null,
    completionMultiplier: rate?.completionMultiplier ?? null,
    groupMultiplier: price === undefined ? null : formatFraction(price.groupMultiplier),
    latencyMs: Math.max(0, createdAtMs - task.createdAtMs),
    repeats: 0,
  };
  if (row.images > 0 && task.imageKind !== null) row.imageKind = task.imageKind;
  return { held: false, periodStartMs: hold.periodStartMs, row };
}

/** Versions are immutable: any node finds what the call was admitted under. */
function priceOf(task: Task, { log }: TaskHold, { snapshot }: Needs) {
  return snapshot.prices.resolve(task.model, log.groupId ?? "", task.accountId, task.createdAtMs);
}

/** Never more than what was held: no more is billed than was asked for. */
function costOf(task: Task, usage: Usage, hold: TaskHold, deps: Needs): bigint {
  const price = priceOf(task, hold, deps);
  const asked = askedOfKind(task.imageKind ?? "");
  const components = price && (task.images === 0 ? price.components : pricesOfImage(price.components, asked));
  // It was priced when it was admitted; where that cannot be found any more, what was agreed holds.
  if (price === undefined || components === undefined || price.versionId !== hold.log.priceVersionId)
    return hold.amountNanoUsd;
  const bill = billUsage({ usage, components, groupMultiplier: price.multiplier });
  if (!bill.priced || bill.costNanoUsd > hold.amountNanoUsd) return hold.amountNanoUsd;
  return bill.costNanoUsd;
}
