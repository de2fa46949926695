import { formatFraction } from "#lib/core/fraction";
import { type Attempt, emptyRow, type PassedOver, type RequestLogRow } from "#lib/logs/row";
import { billUsage } from "#lib/pricing/bill";
import { pricesAtHour } from "#lib/pricing/hours";
import { imageName, pricesOfImage } from "#lib/pricing/image-prices";
import { rateFor, tokenCost } from "#lib/pricing/rate";
import { noUsage, type Usage } from "#lib/pricing/usage";
import { unserved } from "#lib/routing/eligible";
import type { Settlement } from "#lib/settlement/batch";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { Admitted } from "./admit.ts";
import { type Arrival, storable } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { dialectOf } from "./endpoints.ts";
import type { Refusal } from "./errors.ts";
import type { Call } from "./protocols/call.ts";

/** How an admitted call ended. `usage: undefined`: nothing was delivered, nothing is billed. */
export type Outcome = {
  status: number;
  errorCode: string | null;
  usage: Usage | undefined;
  usageSource: RequestLogRow["usageSource"];
  attempts: Attempt[];
  passedOver?: PassedOver[];
  upstreamMs: number;
  channel: ChannelEntry | undefined;
  firstTokenMs: number | null;
};

/**
 * Usage → price → cost of an admitted call, and its row. Whatever the path by which a call ended, this is its end:
 * the hold is freed and the bill taken in one transaction.
 */
export function settlementOf(admitted: Admitted, outcome: Outcome, deps: GatewayDeps): Settlement {
  const { price, budget, call, holdNanoUsd } = admitted;
  const usage = outcome.usage ?? noUsage;
  const { modelMultiplier, completionMultiplier } = rateFor(price.components, usage.promptTokens);
  return {
    held: true,
    periodStartMs: budget?.periodStartMs ?? null,
    row: {
      ...rowOf(admitted, outcome, deps),
      stream: call.stream,
      promptTokens: usage.promptTokens,
      completionTokens: usage.completionTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheWriteTokens5m: usage.cacheWriteTokens5m,
      cacheWriteTokens1h: usage.cacheWriteTokens1h,
      imageInputTokens: usage.imageInputTokens,
      imageOutputTokens: usage.imageOutputTokens,
      audioInputTokens: usage.audioInputTokens,
      audioOutputTokens: usage.audioOutputTokens,
      reasoningTokens: usage.reasoningTokens,
      images: usage.images,
      ...imageKindOf(admitted, usage),
      usageSource: outcome.usageSource,
      costNanoUsd: outcome.usage === undefined ? 0n : cost(admitted, outcome.usage),
      upstreamCostNanoUsd: upstreamCost(
        call.model,
        { usage: outcome.usage, channel: outcome.channel, image: call.image },
        admitted.createdAtMs,
        deps,
      ),
      holdNanoUsd,
      priceVersionId: price.versionId,
      modelMultiplier,
      completionMultiplier,
      groupMultiplier: formatFraction(price.groupMultiplier),
    },
  };
}

/** Which image was asked for, where its row can say so: what its bill depends on. */
function imageKindOf({ call }: Admitted, { images }: Usage): Pick<RequestLogRow, "imageKind"> {
  const kind = images > 0 && call.image ? imageName(call.image) : "";
  return kind === "" ? {} : { imageKind: kind };
}

function cost({ price, holdNanoUsd }: Admitted, usage: Usage): bigint {
  const fast = tokenCost(usage, rateFor(price.components, usage.promptTokens), price.multiplier);
  if (fast !== undefined) return fast;
  const bill = billUsage({ usage, components: price.components, groupMultiplier: price.multiplier });
  // Admission priced both prompt and output; if upstream used a kind that has no price, the hold is what was agreed.
  return bill.priced ? bill.costNanoUsd : holdNanoUsd;
}

/**
 * Official prices × what the channel's provider charges of them. 0 where nothing was delivered, or something was used
 * that official prices do not cover.
 */
export function upstreamCost(
  model: string,
  { usage, channel, image }: Pick<Outcome, "usage" | "channel"> & { image?: Call["image"] | undefined },
  admittedMs: number,
  { snapshot }: Pick<GatewayDeps, "snapshot">,
): bigint {
  const listed = snapshot.models.get(model)?.official;
  if (usage === undefined || channel === undefined || listed == null) return 0n;
  const atHour = pricesAtHour(listed, admittedMs);
  const official = image ? pricesOfImage(atHour, image) : atHour;
  if (official === undefined) return 0n;
  const fast = tokenCost(usage, rateFor(official, usage.promptTokens), channel.costFraction);
  if (fast !== undefined) return fast;
  const bill = billUsage({ usage, components: official, groupMultiplier: channel.costFraction });
  return bill.priced ? bill.costNanoUsd : 0n;
}

/** What is known of a call that was refused: each stage knows more. */
export type Known = Arrival & Partial<Omit<Admitted, keyof Arrival>>;

/** The row of a refused call: it cost nothing and holds nothing, or nothing any more. */
export function refusalOf(known: Known, refusal: Refusal, deps: GatewayDeps): Settlement {
  const outcome = { status: refusal.status, errorCode: refusal.code, attempts: [], upstreamMs: 0 };
  const row = rowOf(
    known,
    { ...outcome, ...unservedBy(known, refusal, deps), channel: undefined, firstTokenMs: null },
    deps,
  );
  return { held: refusal.isHoldInDoubt === true, periodStartMs: null, row };
}

/** Of a model that channels serve, but none of them this caller: which, and why not. */
function unservedBy(
  { call, groupId, account }: Known,
  { code }: Refusal,
  { snapshot }: GatewayDeps,
): { passedOver?: PassedOver[] } {
  if (code !== "no_channel_available" || !call || groupId === undefined || !account) return {};
  const passedOver = unserved(snapshot.channelsByModel.get(call.model) ?? [], groupId, account.id);
  return passedOver.length === 0 ? {} : { passedOver };
}

/** The row of a call that needs no price: a list of models. */
export function freeRowOf(known: Known, deps: GatewayDeps): Settlement {
  const outcome = {
    status: 200,
    errorCode: null,
    attempts: [],
    upstreamMs: 0,
    channel: undefined,
    firstTokenMs: null,
  };
  return { held: false, periodStartMs: null, row: rowOf(known, outcome, deps) };
}

function rowOf(
  known: Known,
  outcome: Omit<Outcome, "usage" | "usageSource">,
  deps: GatewayDeps,
): RequestLogRow {
  const { call, channel, key } = { channel: outcome.channel, ...known };
  const latencyMs = deps.clock.monotonicMs() - known.startedMs;
  return {
    ...emptyRow,
    requestId: known.requestId,
    createdAtMs: known.createdAtMs,
    nodeId: deps.nodeId,
    accountId: known.account?.id ?? null,
    keyId: key?.id ?? null,
    keyPrefix: key?.prefix ?? prefixOf(known.presentedKey),
    groupId: known.groupId ?? null,
    ip: known.ip ?? null,
    userAgent: known.userAgent ?? null,
    protocol: dialectOf(known.path).name,
    endpoint: storable(known.path),
    model: (call && storable(call.model)) ?? null,
    ...(call && isMadeUp(call.model, deps) ? { isModelUnknown: true as const } : undefined),
    upstreamModel: (call && channel?.models.get(call.model)) ?? null,
    channelId: channel?.id ?? null,
    attempts: outcome.attempts,
    ...(outcome.passedOver === undefined ? undefined : { passedOver: outcome.passedOver }),
    stream: call?.stream ?? false,
    status: outcome.status,
    errorCode: outcome.errorCode,
    latencyMs: Math.round(latencyMs),
    firstTokenMs: outcome.firstTokenMs === null ? null : Math.round(outcome.firstTokenMs),
    gatewayUs: Math.max(0, Math.round((latencyMs - outcome.upstreamMs - known.clientMs) * 1000)),
  };
}

function isMadeUp(model: string, { snapshot }: GatewayDeps): boolean {
  return !snapshot.models.has(model) && !snapshot.channelsByModel.has(model);
}

/** Enough of an unknown key to recognise whose it was, too little to use. */
function prefixOf(presented: string | undefined): string | null {
  return presented?.startsWith("sk-tg-") ? presented.slice(0, 12).replace(/[^\w-]/g, "?") : null;
}
