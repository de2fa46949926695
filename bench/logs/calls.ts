import { uuidv7 } from "#lib/core/uuid";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { type Cast, type CastKey, nth, skewed } from "./cast.ts";

export const HOUR_MS = 3_600_000;
const NODE = "00000000-0000-7000-8000-0000000000aa";
const VERSION = "00000000-0000-7000-8000-0000000000bb";

/** How the calls of a day spread over its hours: a night's low, an afternoon's peak. They add up to 1. */
export function hourShares(): number[] {
  const weights = Array.from({ length: 24 }, (_, hour) => 1.25 + Math.sin(((hour - 9) / 24) * 2 * Math.PI));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** `count` calls within the hour from `startMs`, oldest first. Pure: `random` decides everything. */
export function callsOfHour(
  cast: Cast,
  random: () => number,
  startMs: number,
  count: number,
): RequestLogRow[] {
  const times = Float64Array.from({ length: count }, () => Math.floor(random() * HOUR_MS)).sort();
  const bytes = new Uint8Array(10);
  return Array.from(times, (at) => {
    const createdAtMs = startMs + at;
    for (let index = 0; index < 10; index += 1) bytes[index] = random() * 256;
    const head = { ...emptyRow, requestId: uuidv7(createdAtMs, bytes), createdAtMs, nodeId: NODE };
    return random() < 0.015 ? stranger(head, cast, random) : callOf(head, cast, random);
  });
}

/** A wrong key from somewhere: no account, no model, no cost. */
function stranger(head: RequestLogRow, cast: Cast, random: () => number): RequestLogRow {
  const chance = Math.floor(random() * 36 ** 4).toString(36);
  return {
    ...head,
    keyPrefix: `sk-tg-${chance.padStart(6, "x")}`,
    ip: nth(cast.strangers, skewed(random(), cast.strangers.length)),
    userAgent: "python-requests/2.32",
    endpoint: "/v1/chat/completions",
    status: 401,
    errorCode: "invalid_api_key",
    gatewayUs: 90,
  };
}

function callOf(head: RequestLogRow, cast: Cast, random: () => number): RequestLogRow {
  const key = nth(cast.keys, skewed(random(), cast.keys.length));
  const model = nth(key.models, Math.floor(random() ** 2 * key.models.length));
  const known: RequestLogRow = {
    ...head,
    accountId: key.accountId,
    keyId: key.id,
    keyPrefix: key.prefix,
    groupId: key.groupId,
    ip: addressOf(key, random),
    userAgent: nth(key.agents, random() < 0.9 ? 0 : 1),
    endpoint: "/v1/chat/completions",
    model: model.id,
    stream: random() < 0.6,
  };
  const luck = random();
  if (luck < 0.028) return { ...known, ...refusal(luck), gatewayUs: 110 };
  const channelId = nth(model.channels, random() < 0.8 ? 0 : model.channels.length - 1);
  const latencyMs = Math.round(model.medianMs * Math.exp(0.7 * gauss(random)));
  const failed = luck > 0.985;
  const status = failed ? (luck > 0.993 ? 502 : 504) : 200;
  const promptTokens = Math.ceil(900 * Math.exp(1.1 * gauss(random)));
  const completionTokens = failed ? 0 : Math.ceil(140 * Math.exp(0.9 * gauss(random)));
  return {
    ...known,
    upstreamModel: model.id,
    channelId,
    attempts: attemptsOf(
      channelId,
      status,
      latencyMs,
      random() < 0.03 ? nth(cast.channels, 0).id : undefined,
    ),
    status,
    errorCode: failed ? (status === 502 ? "upstream_error" : "upstream_timeout") : null,
    promptTokens: failed ? 0 : promptTokens,
    completionTokens,
    usageSource: failed ? "none" : "upstream",
    costNanoUsd: failed ? 0n : BigInt((promptTokens + 4 * completionTokens) * model.nanoPerToken),
    holdNanoUsd: BigInt((promptTokens + 4_096) * model.nanoPerToken),
    priceVersionId: VERSION,
    modelMultiplier: "3/40",
    completionMultiplier: "4",
    groupMultiplier: "1",
    latencyMs,
    firstTokenMs: known.stream && !failed ? Math.ceil(latencyMs * (0.1 + 0.3 * random())) : null,
    gatewayUs: Math.ceil(150 + 200 * random()),
  };
}

function refusal(luck: number): Pick<RequestLogRow, "status" | "errorCode"> {
  if (luck < 0.018) return { status: 429, errorCode: "rate_limit_exceeded" };
  if (luck < 0.023) return { status: 402, errorCode: "insufficient_balance" };
  return luck < 0.026
    ? { status: 403, errorCode: "model_not_allowed" }
    : { status: 400, errorCode: "invalid_request" };
}

/** Mostly from the first few addresses of a key. */
function addressOf({ addresses }: CastKey, random: () => number): string {
  return nth(addresses, Math.floor(random() ** 3 * addresses.length));
}

function attemptsOf(
  channelId: string,
  status: number,
  durationMs: number,
  first: string | undefined,
): RequestLogRow["attempts"] {
  const answered = {
    channelId,
    credential: 0,
    reason: "weight",
    passedOver: [],
    status,
    errorClass: status === 200 ? null : "server_error",
    startMs: 1,
    durationMs,
  };
  if (first === undefined) return [answered];
  return [
    { ...answered, channelId: first, status: 503, errorClass: "server_error", durationMs: 40 },
    answered,
  ];
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
