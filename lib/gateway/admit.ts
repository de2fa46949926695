import type { FundsAnswer } from "#lib/funds/funds";
import { periodStart } from "#lib/funds/period";
import { grantEndMs, grantKey, isOpen } from "#lib/groups/access";
import type { Check, Ticket } from "#lib/limits/limiter";
import { holdFor } from "#lib/pricing/estimate";
import { imageName, pricesOfImage } from "#lib/pricing/image-prices";
import { holdWithin } from "#lib/pricing/rate";
import { type PriceComponents, tokenUnits } from "#lib/pricing/units";
import type { ResolvedPrice } from "#lib/pricing/versions";
import { serves } from "#lib/routing/eligible";
import type { ModelEntry, Snapshot } from "#lib/snapshot/entries";
import type { GatewayDeps } from "./deps.ts";
import { dialectOf } from "./endpoints.ts";
import { isRefusal, type Refusal, refuse } from "./errors.ts";
import { estimatePromptTokens } from "./estimate-prompt.ts";
import { type Follows, follow, withEarlier } from "./follows.ts";
import type { Identified } from "./identify.ts";
import { checksOf, limitRefusal, rateHeaders } from "./limit.ts";
import { pieceHold } from "./piece-hold.ts";
import type { AudioAsked } from "./protocols/audio.ts";
import type { Call } from "./protocols/call.ts";
import { storable } from "./storable.ts";

const DEFAULT_OUTPUT_TOKENS = 1_024;
/** The database is away, and this node's lease does not suffice. */
const NO_MONEY_TO_HOLD =
  "The gateway cannot reserve money for this call at the moment. Nothing was charged: send it again in a few seconds.";
/** A price per call is for one search, and searches are what vendors count. */
const MORE_THAN_A_CALL =
  "documents: this model is sold by the call, which is a search of at most 100 documents: send them in parts.";
const NO_TICKET: Ticket = [];
const NO_HEADERS = {};
/** The most that a call is expected to use: what its hold is made of. A stream asks for more before it has used all of it. */
export type Bounds = {
  promptTokens: number;
  outputTokens: number;
  /** Where so much less is likely that limits should not count the most. */
  likelyPromptTokens?: number;
};

export type Priced = Identified & {
  call: Call;
  model: ModelEntry | undefined;
  price: ResolvedPrice;
  bounds: Bounds;
};
export type Admitted = Priced & {
  holdNanoUsd: bigint;
  budget: { limitNanoUsd: bigint; periodStartMs: number } | null;
  /** What limits counted of this call. */
  ticket: Ticket;
  /** What its present attempt has taken of its channel's own limits; relay.ts sets it. */
  place: Ticket;
  rateHeaders: Readonly<Record<string, string>>;
};

/**
 * Whether this caller may have this model, at which price; then limits and money for it, all or nothing. At once where
 * no limit applies and money in memory suffices.
 */
export function admit(
  caller: Identified,
  call: Call,
  deps: GatewayDeps,
): Admitted | Refusal | Promise<Admitted | Refusal> {
  const lost = isFollowing(call) ? follow(caller, call, deps) : undefined;
  if (lost !== undefined) return lost;
  const priced = price(caller, call, deps);
  if (isRefusal(priced)) return call.isUsualModel ? meaning(call.model, priced) : priced;
  if (call.calls !== undefined && call.calls > 1 && priced.price.components.call !== undefined)
    return refuse("invalid_request", MORE_THAN_A_CALL, "documents");
  const holdNanoUsd = holdOf(priced);
  if (holdNanoUsd === undefined) return refuse("model_not_priced", undefined, "model");
  const checks = checksOf(priced, deps);
  return checks.length === 0
    ? fund(priced, { ticket: NO_TICKET, rateHeaders: NO_HEADERS, holdNanoUsd }, deps)
    : admitWithin(checks, priced, holdNanoUsd, deps);
}

/** A refusal about a model that the caller has not named says which was meant. */
function meaning(model: string, refusal: Refusal): Refusal {
  const meant = `The request names no model, which means ${JSON.stringify(model)}: name another in \`model\`.`;
  return { ...refusal, message: `${refusal.message} ${meant}` };
}

const isFollowing = (call: Call): call is Call & { follows: Follows } => call.follows !== undefined;

/** Limits first, then money: whoever has no money has used up nothing of them. */
async function admitWithin(
  checks: readonly Check[],
  priced: Priced,
  holdNanoUsd: bigint,
  deps: GatewayDeps,
): Promise<Admitted | Refusal> {
  const asked = deps.limiter.take(checks);
  // Alone, this process answers at once.
  const decision = asked instanceof Promise ? await asked : asked;
  if (!decision.taken) {
    deps.limitMeter.refused(priced.account.id, decision.level.check);
    return limitRefusal(decision);
  }
  deps.running.note(priced.account.id, decision);
  const { ticket, levels, shadowed } = decision;
  let isFunded = false;
  try {
    const funded = await fund(priced, { ticket, rateHeaders: rateHeaders(levels), holdNanoUsd }, deps);
    isFunded = !isRefusal(funded);
    if (isFunded && shadowed.length > 0) deps.limitMeter.shadowed(priced.account.id, shadowed);
    return funded;
  } finally {
    // A refused call consumes nothing.
    if (!isFunded) deps.limiter.cancel(ticket);
  }
}

/** The most that the call costs, nano-USD; undefined: something that it asks for has no price. */
function holdOf({ call, bounds, price: { components, multiplier } }: Priced): bigint | undefined {
  if (call.videos !== undefined) return pieceHold(call, components, multiplier);
  if (call.images === 0 && call.audio === undefined) {
    const hold = holdWithin(bounds, components, multiplier);
    if (hold !== undefined || call.calls === undefined) return hold;
  }
  const { promptTokens, outputTokens: outputBoundTokens } = bounds;
  const { images, audio } = call;
  const hold = holdFor({
    ...{ promptTokens, outputBoundTokens, images, components, groupMultiplier: multiplier },
    ...{ characters: audio?.characters ?? 0, audioSeconds: audio?.seconds ?? 0 },
  });
  return hold.priced ? hold.holdNanoUsd : undefined;
}

/** What limits have said of a call, and the most that it costs. */
type Counted = Pick<Admitted, "ticket" | "rateHeaders" | "holdNanoUsd">;

/** Holds the money. */
function fund(
  priced: Priced,
  counted: Counted,
  deps: GatewayDeps,
): Admitted | Refusal | Promise<Admitted | Refusal> {
  const { key, account } = priced;
  const budget = key.budget && {
    limitNanoUsd: key.budget.limitNanoUsd,
    periodStartMs: periodStart(priced.createdAtMs, key.budget.period, account.timeZone),
  };
  const answer = deps.funds.hold({
    requestId: priced.requestId,
    accountId: account.id,
    keyId: key.id,
    amountNanoUsd: counted.holdNanoUsd,
    budget,
    // Few calls last long enough for anyone to ask.
    log: () => interruptedLog(priced),
  });
  return typeof answer === "string"
    ? funded(answer, priced, counted, budget)
    : answer.then((late) => funded(late, priced, counted, budget));
}

function funded(
  answer: FundsAnswer,
  priced: Priced,
  { ticket, rateHeaders, holdNanoUsd }: Counted,
  budget: Admitted["budget"],
): Admitted | Refusal {
  if (answer === "overloaded") return { ...refuse(answer, NO_MONEY_TO_HOLD), isHoldInDoubt: true };
  if (answer !== "ok") return refuse(answer);
  return { ...priced, ticket, rateHeaders, holdNanoUsd, budget, place: NO_TICKET };
}

/** Whether this caller may have this model, and at which price. */
export function price(caller: Identified, call: Call, deps: GatewayDeps): Priced | Refusal {
  const { snapshot } = deps;
  const { key, account, groupId } = caller;
  if (key.models !== null && !key.models.has(call.model))
    return refuse("model_not_allowed", undefined, "model");
  const model = snapshot.models.get(call.model);
  const channels = snapshot.channelsByModel.get(call.model) ?? [];
  if (model === undefined && channels.length === 0) {
    return refuse(
      "model_not_found",
      `The model ${JSON.stringify(call.model.slice(0, 128))} does not exist.`,
      "model",
    );
  }
  if (!isGranted(caller, call.model, snapshot))
    return refuse(
      "model_not_allowed",
      needsGrant(groupId, call.model, endedAt(caller, call.model, snapshot)),
      "model",
    );
  const resolved = snapshot.prices.resolve(call.model, groupId, account.id, caller.createdAtMs);
  if (resolved === undefined) return refuse("model_not_priced", undefined, "model");
  const components = call.image ? pricesOfImage(resolved.components, call.image) : resolved.components;
  if (components === undefined) return refuse("model_not_priced", needsPriceOf(call), "size");
  if (!channels.some((channel) => serves(channel, groupId, account.id)))
    return refuse("no_channel_available");
  return {
    ...caller,
    call,
    model,
    price: components === resolved.components ? resolved : { ...resolved, components },
    bounds: boundsOf(call, components, model, deps),
  };
}

function needsPriceOf({ model, image }: Call): string {
  const asked = imageName(image ?? { size: null, quality: null });
  return `The model ${JSON.stringify(model.slice(0, 128))} has no price for images of ${JSON.stringify(asked)}. GET /api/pricing lists the sizes and qualities that are sold.`;
}

/** How to ask is part of the refusal: whoever reads it may never have seen the console. */
function needsGrant(line: string, model: string, ended: string | undefined): string {
  const [shownLine, shownModel] = [JSON.stringify(line), JSON.stringify(model.slice(0, 128))];
  const past = ended === undefined ? "" : `Its activation for this account ended at ${ended}. `;
  return `${past}On the line ${shownLine} the model ${shownModel} is open only to accounts that it has been activated for. Ask for it in the console under Lines, or with POST /api/limit-requests {"line": ${shownLine}, "model": ${shownModel}, "reason": "…"}.`;
}

/** When what was granted of a model ended (ISO 8601); undefined: it never was granted. */
function endedAt(
  { account, groupId }: Pick<Identified, "account" | "groupId">,
  model: string,
  { grants }: Snapshot,
): string | undefined {
  const endsMs = grantEndMs(grants.get(grantKey(groupId, account.id)), model);
  return endsMs == null ? undefined : new Date(endsMs).toISOString();
}

/** Whether the caller's line has the model open, or the account a grant for it that has not ended. */
export function isGranted(
  { account, groupId, createdAtMs }: Pick<Identified, "account" | "groupId" | "createdAtMs">,
  model: string,
  { lines, grants }: Snapshot,
): boolean {
  const access = lines.get(groupId);
  if (access === undefined || access === null) return true;
  return isOpen(access, grants.get(grantKey(groupId, account.id)), model, createdAtMs);
}

/**
 * How much the call may use. Output: the request's own limit, at most the model's; without one what the model lately
 * answered with (95th percentile, 1,024 before anything is known), per choice.
 */
function bound(call: Call, model: ModelEntry | undefined, { outputHistory }: GatewayDeps): Bounds {
  const cap =
    model?.maxOutputTokens == null ? Number.POSITIVE_INFINITY : model.maxOutputTokens * call.choices;
  const usual = (outputHistory.p95(call.model) ?? DEFAULT_OUTPUT_TOKENS) * call.choices;
  const bounds = {
    promptTokens: estimatePromptTokens(call.prompt),
    outputTokens: call.maxOutputTokens === 0 ? 0 : Math.max(1, Math.min(cap, call.maxOutputTokens ?? usual)),
  };
  return isFollowing(call) ? withEarlier(bounds, call.follows, model?.contextWindow ?? null) : bounds;
}

function boundsOf(
  call: Call,
  components: PriceComponents,
  model: ModelEntry | undefined,
  deps: GatewayDeps,
): Bounds {
  if (call.images > 0) return boundImages(call, components);
  return call.audio === undefined ? bound(call, model, deps) : boundAudio(call.audio, components);
}

/** What sound may take in tokens: none where it is sold by the piece. */
function boundAudio(audio: AudioAsked, components: PriceComponents): Bounds {
  audio.isByToken = tokenUnits.some((unit) => components[unit] !== undefined);
  return audio.isByToken ? audio.tokens : { promptTokens: 0, outputTokens: 0 };
}

/** No image of the common vendors is more tokens than this. */
const TOKENS_PER_IMAGE = 6_300;

/** What images may take in tokens: none where they are sold by the piece. */
function boundImages({ prompt, images }: Call, { input, output }: PriceComponents): Bounds {
  const isSoldByToken = input !== undefined || output !== undefined;
  return isSoldByToken
    ? { promptTokens: estimatePromptTokens(prompt), outputTokens: images * TOKENS_PER_IMAGE }
    : { promptTokens: 0, outputTokens: 0 };
}

/** What the row says if this process dies before the call is settled. */
function interruptedLog({ key, call, price, path, ...rest }: Priced) {
  return {
    createdAtMs: rest.createdAtMs,
    accountId: rest.account.id,
    keyId: key.id,
    keyPrefix: key.prefix,
    groupId: rest.groupId,
    ip: rest.sender.ip ?? null,
    userAgent: rest.sender.userAgent ?? null,
    protocol: dialectOf(path).name,
    endpoint: storable(path),
    model: storable(call.model),
    stream: call.stream,
    priceVersionId: price.versionId,
  };
}
