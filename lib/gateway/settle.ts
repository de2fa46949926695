import { type Fraction, formatFraction } from "#lib/core/fraction";
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
import type { Arrival } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { dialectOf } from "./endpoints.ts";
import type { Refusal } from "./errors.ts";
import type { Call } from "./protocols/call.ts";
import { storable } from "./storable.ts";

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
  // Filled in place: a copy of so many fields is dear, and every call pays for it.
  const row = rowOf(admitted, outcome, deps);
  row.promptTokens = usage.promptTokens;
  row.completionTokens = usage.completionTokens;
  row.cacheReadTokens = usage.cacheReadTokens;
  row.cacheWriteTokens5m = usage.cacheWriteTokens5m;
  row.cacheWriteTokens1h = usage.cacheWriteTokens1h;
  row.imageInputTokens = usage.imageInputTokens;
  row.imageOutputTokens = usage.imageOutputTokens;
  row.audioInputTokens = usage.audioInputTokens;
  row.audioOutputTokens = usage.audioOutputTokens;
  row.reasoningTokens = usage.reasoningTokens;
  row.images = usage.images;
  row.seconds = usage.videoSeconds + usage.audioSeconds;
  row.characters = usage.characters;
  // Which image was asked for, where the row can say so: what its bill depends on.
  const imageKind = usage.images > 0 && call.image ? imageName(call.image) : "";
  if (imageKind !== "") row.imageKind = imageKind;
  row.usageSource = outcome.usageSource;
  row.costNanoUsd = outcome.usage === undefined ? 0n : cost(admitted, outcome.usage);
  const upstream = { usage: outcome.usage, channel: outcome.channel, image: call.image };
  row.upstreamCostNanoUsd = upstreamCost(call.model, upstream, admitted.createdAtMs, deps);
  row.holdNanoUsd = holdNanoUsd;
  row.priceVersionId = price.versionId;
  row.modelMultiplier = modelMultiplier;
  row.completionMultiplier = completionMultiplier;
  row.groupMultiplier = groupMultiplierText(price.groupMultiplier);
  return { held: true, periodStartMs: budget?.periodStartMs ?? null, row };
}

const groupMultiplierTexts = new WeakMap<Fraction, string>();

/** As rows carry it; groups have few multipliers. */
function groupMultiplierText(multiplier: Fraction): string {
  const known = groupMultiplierTexts.get(multiplier);
  if (known !== undefined) return known;
  const text = formatFraction(multiplier);
  groupMultiplierTexts.set(multiplier, text);
  return text;
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

/** The row of a call for what an upstream keeps: it costs nothing, however it ended. */
export function resourceRowOf(
  known: Known,
  model: string,
  outcome: Omit<Outcome, "usage" | "usageSource">,
  deps: GatewayDeps,
): Settlement {
  const row = rowOf(known, outcome, deps);
  row.model = storable(model);
  return { held: false, periodStartMs: null, row };
}

function rowOf(
  known: Known,
  outcome: Omit<Outcome, "usage" | "usageSource">,
  deps: GatewayDeps,
): RequestLogRow {
  const { call, key } = known;
  const { channel } = outcome;
  const latencyMs = deps.clock.monotonicMs() - known.startedMs;
  const row: RequestLogRow = {
    ...emptyRow,
    requestId: known.requestId,
    createdAtMs: known.createdAtMs,
    nodeId: deps.nodeId,
    accountId: known.account?.id ?? null,
    keyId: key?.id ?? null,
    keyPrefix: key?.prefix ?? prefixOf(known.sender.presentedKey),
    groupId: known.groupId ?? null,
    ip: known.sender.ip ?? null,
    userAgent: known.sender.userAgent ?? null,
    protocol: dialectOf(known.path).name,
    endpoint: storable(known.path),
    model: (call && storable(call.model)) ?? null,
    upstreamModel: (call && channel?.models.get(call.model)) ?? null,
    channelId: channel?.id ?? null,
    attempts: outcome.attempts,
    stream: call?.stream ?? false,
    status: outcome.status,
    errorCode: outcome.errorCode,
    latencyMs: Math.round(latencyMs),
    firstTokenMs: outcome.firstTokenMs === null ? null : Math.round(outcome.firstTokenMs),
    gatewayUs: Math.max(0, Math.round((latencyMs - outcome.upstreamMs - known.clientMs) * 1000)),
  };
  if (call && isMadeUp(call.model, deps)) row.isModelUnknown = true;
  if (outcome.passedOver !== undefined) row.passedOver = outcome.passedOver;
  return row;
}

function isMadeUp(model: string, { snapshot }: GatewayDeps): boolean {
  return !snapshot.models.has(model) && !snapshot.channelsByModel.has(model);
}

/** Enough of an unknown key to recognise whose it was, too little to use. */
function prefixOf(presented: string | undefined): string | null {
  return presented?.startsWith("sk-tg-") ? presented.slice(0, 12).replace(/[^\w-]/g, "?") : null;
}
