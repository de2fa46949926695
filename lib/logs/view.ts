import { parseFraction } from "#lib/core/fraction";
import { formatUsd } from "#lib/core/money";
import { displayExact } from "#lib/pricing/display";
import type { BilledRow } from "./bill.ts";
import type { Attempt, PassedOver } from "./row.ts";
import type { LogAttempt, LogPassedOver, LogRow } from "./schema.ts";

/** A row of hot.request_log as `logColumns` reads it: int8 as bigint, times as Date. */
export type StoredLog = {
  requestId: string;
  createdAt: Date;
  accountId: string | null;
  keyId: string | null;
  keyPrefix: string | null;
  groupId: string | null;
  ip: string | null;
  userAgent: string | null;
  protocol: string;
  endpoint: string;
  model: string | null;
  upstreamModel: string | null;
  channelId: string | null;
  attempts: Attempt[];
  passedOver: PassedOver[] | null;
  stream: boolean;
  status: number;
  errorCode: string | null;
  promptTokens: bigint;
  completionTokens: bigint;
  cacheReadTokens: bigint;
  cacheWriteTokens5m: bigint;
  cacheWriteTokens1h: bigint;
  imageInputTokens: bigint;
  imageOutputTokens: bigint;
  audioInputTokens: bigint;
  audioOutputTokens: bigint;
  reasoningTokens: bigint;
  images: number;
  imageKind: string | null;
  seconds: number;
  characters: bigint;
  usageSource: "upstream" | "counted" | "none";
  cost: bigint;
  hold: bigint;
  priceVersionId: string | null;
  modelMultiplier: string | null;
  completionMultiplier: string | null;
  groupMultiplier: string | null;
  ledgerTransactionId: string | null;
  latencyMs: number;
  firstTokenMs: number | null;
  gatewayUs: number | null;
  repeats: number;
  parentId: string | null;
};

type Names = ReadonlyMap<string, string>;

/** A stored row as it is shown, with the names of what it points to. */
export function toLogRow(row: StoredLog, names: Names): LogRow {
  const { groupId, attempts, passedOver: _, cost, hold, createdAt, ...rest } = row;
  return {
    ...rest,
    ...countsOf(row),
    createdAt: createdAt.toISOString(),
    accountName: nameOf(row.accountId, names),
    keyName: nameOf(row.keyId, names),
    channelName: nameOf(row.channelId, names),
    group: groupId,
    kind: row.parentId === null ? "call" : "settlement",
    attemptCount: attempts.length,
    cost: formatUsd(cost),
    hold: formatUsd(hold),
    modelMultiplier: multiplierOf(row.modelMultiplier),
    completionMultiplier: multiplierOf(row.completionMultiplier),
    groupMultiplier: multiplierOf(row.groupMultiplier),
  };
}

/** An attempt with the names of its channel and of those passed over for it. */
export function toAttempt(attempt: Attempt, names: Names): LogAttempt {
  const { credential = null, reason = null, passedOver = [], ...rest } = attempt;
  return {
    ...rest,
    credential,
    reason,
    passedOver: passedOver.map((one) => toPassedOver(one, names)),
    channelName: nameOf(attempt.channelId, names),
  };
}

/** `retryAt` null: nobody can say when it will be asked again. */
export function toPassedOver({ channelId, why, retryAtMs }: PassedOver, names: Names): LogPassedOver {
  const retryAt = retryAtMs === undefined ? null : new Date(retryAtMs).toISOString();
  return { channelId, channelName: nameOf(channelId, names), why, retryAt };
}

/** What the bill needs of a stored row. */
export function toBilledRow(row: StoredLog): BilledRow {
  const { imageKind, parentId, ...rest } = row;
  return {
    ...rest,
    ...countsOf(row),
    createdAtMs: row.createdAt.getTime(),
    costNanoUsd: row.cost,
    ...(imageKind === null ? {} : { imageKind }),
    ...(parentId === null ? {} : { parentId }),
  };
}

// Token counts lie far below 2^53.
function countsOf(row: StoredLog) {
  return {
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
    cacheReadTokens: Number(row.cacheReadTokens),
    cacheWriteTokens5m: Number(row.cacheWriteTokens5m),
    cacheWriteTokens1h: Number(row.cacheWriteTokens1h),
    imageInputTokens: Number(row.imageInputTokens),
    imageOutputTokens: Number(row.imageOutputTokens),
    audioInputTokens: Number(row.audioInputTokens),
    audioOutputTokens: Number(row.audioOutputTokens),
    reasoningTokens: Number(row.reasoningTokens),
    characters: Number(row.characters),
  };
}

function nameOf(id: string | null, names: Names): string | null {
  return id === null ? null : (names.get(id) ?? null);
}

/** Stored as a fraction, shown as a decimal where there is one: "3/40" is "0.075". */
function multiplierOf(stored: string | null): string | null {
  return stored === null ? null : displayExact(parseFraction(stored));
}
