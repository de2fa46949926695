/**
 * A channel that routing could not take: a fault class, or full, cooling, slow; where nobody answered also smaller_window,
 * other_group, other_account, draining, disabled. `retryAtMs`: when it is asked again, ms epoch.
 */
export type PassedOver = { channelId: string; why: string; retryAtMs?: number };

/** One try on one channel within a request. */
export type Attempt = {
  channelId: string;
  /** Which of the channel's credentials, from 0. Rows of earlier releases lack this and what stands below. */
  credential?: number;
  /** Why this channel: a ChoiceReason of lib/routing/route.ts. */
  reason?: string;
  /** Better channels that were not taken. */
  passedOver?: PassedOver[];
  /** Upstream's HTTP status; null when no header came. */
  status: number | null;
  /** Why the attempt failed; null for the one that answered. */
  errorClass: string | null;
  /** Milliseconds from the request's arrival. */
  startMs: number;
  durationMs: number;
};

/** What a request log row says. Times in ms epoch, money in nano-USD. Never content. */
export type RequestLogRow = {
  requestId: string;
  /** The call that made the task whose end this row is. Left out of all other rows. */
  parentId?: string | undefined;
  createdAtMs: number;
  nodeId: string | null;
  accountId: string | null;
  keyId: string | null;
  keyPrefix: string | null;
  groupId: string | null;
  ip: string | null;
  userAgent: string | null;
  protocol: string;
  endpoint: string;
  model: string | null;
  /** The caller made the name up: it stands in the row, and sums know nothing of it. Left out of all other rows. */
  isModelUnknown?: true;
  upstreamModel: string | null;
  channelId: string | null;
  attempts: Attempt[];
  /** Of a call that nobody answered: the channels that were not asked, and why. Left out of all other rows. */
  passedOver?: PassedOver[];
  stream: boolean;
  status: number;
  errorCode: string | null;
  promptTokens: number;
  completionTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens5m: number;
  cacheWriteTokens1h: number;
  imageInputTokens: number;
  imageOutputTokens: number;
  audioInputTokens: number;
  audioOutputTokens: number;
  reasoningTokens: number;
  images: number;
  /** "1024x1792 hd": the size and quality that were asked for. Left out where nothing was said, or no image made. */
  imageKind?: string;
  seconds: number;
  characters: number;
  /** Where the token counts come from: the provider's own figures, our tokenizer, or nothing was used. */
  usageSource: "upstream" | "counted" | "none";
  costNanoUsd: bigint;
  /** What the channel's provider charged us for it. */
  upstreamCostNanoUsd: bigint;
  holdNanoUsd: bigint;
  priceVersionId: string | null;
  modelMultiplier: string | null;
  completionMultiplier: string | null;
  groupMultiplier: string | null;
  ledgerTransactionId: string | null;
  latencyMs: number;
  firstTokenMs: number | null;
  /** Microseconds that the gateway itself added. */
  gatewayUs: number | null;
  /** How many calls it stands for: more than 1 where refusals were collapsed into one row, 0 for a task's end. */
  repeats: number;
  /** It is no row of its own: `repeats` more refusals of the collapsed row that has this id. */
  addsToRow: boolean;
};

/** A row without what is only written down. */
export type CountedRow = Omit<RequestLogRow, "attempts" | "passedOver">;

/** The row of a call of which nothing is known and which used nothing. */
export const emptyRow: RequestLogRow = {
  requestId: "",
  createdAtMs: 0,
  nodeId: null,
  accountId: null,
  keyId: null,
  keyPrefix: null,
  groupId: null,
  ip: null,
  userAgent: null,
  protocol: "openai",
  endpoint: "",
  model: null,
  upstreamModel: null,
  channelId: null,
  attempts: [],
  stream: false,
  status: 0,
  errorCode: null,
  promptTokens: 0,
  completionTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens5m: 0,
  cacheWriteTokens1h: 0,
  imageInputTokens: 0,
  imageOutputTokens: 0,
  audioInputTokens: 0,
  audioOutputTokens: 0,
  reasoningTokens: 0,
  images: 0,
  seconds: 0,
  characters: 0,
  usageSource: "none",
  costNanoUsd: 0n,
  upstreamCostNanoUsd: 0n,
  holdNanoUsd: 0n,
  priceVersionId: null,
  modelMultiplier: null,
  completionMultiplier: null,
  groupMultiplier: null,
  ledgerTransactionId: null,
  latencyMs: 0,
  firstTokenMs: null,
  gatewayUs: null,
  repeats: 1,
  addsToRow: false,
};

/** A row's value as it is written down: bigints as decimal texts, lists as JSON, what a row does not have as null. */
export type Written = string | number | boolean | null;

export function written(value: unknown): Written {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return (value ?? null) as Written;
}
