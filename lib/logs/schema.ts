import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";

const count = z.number().int();

/** One call to the gateway, refused ones too. Never its content. Money in USD, durations in milliseconds. */
export const logRow = z
  .object({
    requestId: z.string(),
    createdAt: timeAnswer,
    status: count.meta({ description: "HTTP status; 499: the client went away" }),
    errorCode: z.string().nullable(),
    accountId: z.string().nullable(),
    accountName: z.string().nullable(),
    keyId: z.string().nullable(),
    keyName: z.string().nullable(),
    keyPrefix: z.string().nullable(),
    group: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    protocol: z.string(),
    endpoint: z.string(),
    model: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    channelId: z.string().nullable(),
    channelName: z.string().nullable(),
    attemptCount: count,
    stream: z.boolean(),
    promptTokens: count,
    completionTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens5m: count,
    cacheWriteTokens1h: count,
    imageInputTokens: count,
    imageOutputTokens: count,
    audioInputTokens: count,
    audioOutputTokens: count,
    reasoningTokens: count,
    images: count,
    imageKind: z
      .string()
      .nullable()
      .meta({ description: "size and quality that were asked for", examples: ["1024x1792 hd"] }),
    seconds: count,
    characters: count,
    usageSource: z.enum(["upstream", "counted", "none"]),
    cost: usdAnswer,
    hold: usdAnswer,
    priceVersionId: z.string().nullable(),
    modelMultiplier: z.string().nullable(),
    completionMultiplier: z.string().nullable(),
    groupMultiplier: z.string().nullable(),
    ledgerTransactionId: z.string().nullable(),
    latencyMs: count,
    firstTokenMs: count.nullable(),
    gatewayUs: count.nullable().meta({ description: "microseconds that the gateway itself added" }),
    repeats: count.meta({
      description: "more than 1: refusals collapsed into this row; 0: a task's end, which is no request",
    }),
    kind: z.enum(["call", "settlement"]).meta({ description: "settlement: how a task ended, and its bill" }),
    parentId: z.string().nullable().meta({ description: "of a settlement: the call that made the task" }),
  })
  .meta({ id: "RequestLog" });

/** Members of a row that tell where a call went: the operators' business, left out of what customers see. */
export const ofOperators = {
  channelId: true,
  channelName: true,
  upstreamModel: true,
  attemptCount: true,
} as const;

const passedOver = z.object({
  channelId: z.string(),
  channelName: z.string().nullable(),
  why: z.string().meta({ description: "a fault class, or full, cooling, slow; see docs/channels.md" }),
  retryAt: timeAnswer.nullable().meta({ description: "when it is asked again, where that was known" }),
});

/** One try on one channel. `status` null: no answer came. */
export const logAttempt = z.object({
  channelId: z.string().nullable(),
  channelName: z.string().nullable(),
  credential: count.nullable().meta({ description: "which of the channel's credentials, from 0" }),
  reason: z.string().nullable().meta({ description: "why this channel, in one word: see docs/channels.md" }),
  passedOver: z.array(passedOver).meta({ description: "better channels that could not be taken" }),
  status: count.nullable(),
  errorClass: z.string().nullable().meta({ description: "a fault class of docs/channels.md" }),
  startMs: z.number().meta({ description: "from the request's arrival" }),
  durationMs: z.number(),
});

/** quantity × price ÷ per = amount, exactly. Amounts are USD, as a decimal or a fraction. */
export const billTerm = z.object({
  unit: z.string(),
  quantity: z.string(),
  price: z.string(),
  per: count.meta({ description: "1000000: price per million tokens; 1: per piece" }),
  amount: z.string(),
});

/** The bill recomputed: Σ terms = subtotal; × group multiplier, less the discount = exact; rounded half up once = cost. */
export const logBill = z.object({
  priceVersionId: z.string(),
  priceVersionNumber: count,
  hours: z
    .object({ from: z.string(), to: z.string() })
    .nullable()
    .meta({ description: "UTC hours with prices of their own in which the call was admitted" }),
  image: z.string().nullable().meta({ description: "size and quality whose price applied" }),
  terms: z.array(billTerm),
  subtotal: z.string(),
  groupMultiplier: z.string(),
  discountMultiplier: z
    .string()
    .nullable()
    .meta({ description: "what the account pays of it: 0.95 is 5 % off" }),
  discount: z.string().nullable().meta({ description: "what that takes off, USD" }),
  exact: z.string(),
  rounding: z.string().meta({ description: "cost − exact" }),
  cost: usdAnswer.meta({ description: "as recomputed" }),
  storedCost: usdAnswer,
  equal: z.boolean(),
  ledgerTransactionId: z.string().nullable(),
});

export const logDetail = logRow
  .extend({
    attempts: z.array(logAttempt),
    passedOver: z.array(passedOver).nullable().meta({
      description: "of a call that nobody answered: the channels that were not asked; null: not noted",
    }),
    bill: logBill.nullable().meta({ description: "null: nothing was priced" }),
  })
  .meta({ id: "RequestLogDetail" });

const integer = z.coerce.number().int();
const bounded = integer.min(0).max(2_147_483_647);

export const listLogsQuery = z.strictObject({
  ...pageFields,
  from: timeInput.optional(),
  to: timeInput.optional(),
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  ip: lineInput(64).optional(),
  cidr: lineInput(64).optional(),
  model: lineInput(128)
    .optional()
    .meta({ description: "an id, or a pattern with * for any characters: gpt*" }),
  channelId: idInput.optional(),
  status: z
    .union([integer.min(100).max(599), z.enum(["2xx", "3xx", "4xx", "5xx", "failed"])], {
      error: "a status such as 429 or 4xx is expected",
    })
    .optional(),
  errorCode: lineInput(64).optional(),
  requestId: idInput.optional(),
  stream: z.stringbool({ truthy: ["true"], falsy: ["false"] }).optional(),
  minCost: amountInput(9).optional(),
  maxCost: amountInput(9).optional(),
  minLatencyMs: bounded.optional(),
  maxLatencyMs: bounded.optional(),
  minTokens: bounded.optional(),
  maxTokens: bounded.optional(),
  group: lineInput(64).optional(),
  keyPrefix: lineInput(64)
    .optional()
    .meta({ description: "the first 12 characters of the presented secret" }),
  userAgent: lineInput(128).optional().meta({ description: "a part of it, in any case" }),
});

export const requestIdParams = z.object({ requestId: z.string() });
/** What a page of logs says of itself. */
export const pageReach = {
  from: timeAnswer
    .nullable()
    .meta({ description: "the range that is listed: as asked; null: all that is kept" }),
  to: timeAnswer.meta({ description: "as asked; without an end: now" }),
  partial: z.boolean().meta({
    description:
      "it took too long: rows older than `scannedTo` were not looked at; the next page goes on there",
  }),
  scannedTo: timeAnswer
    .nullable()
    .meta({ description: "partial pages: from then on all rows were looked at" }),
  keptSince: timeAnswer
    .nullable()
    .meta({ description: "rows before that day are gone or were never there; null: there are none" }),
  keptDays: count.nullable().meta({ description: "how long rows are kept, by the setting; null: for ever" }),
};

export const logPage = pageAnswer(logRow).extend(pageReach);
export const customersLogPage = pageAnswer(logRow.omit(ofOperators)).extend(pageReach);

export type LogRow = z.infer<typeof logRow>;
export type LogAttempt = z.infer<typeof logAttempt>;
export type LogPassedOver = z.infer<typeof passedOver>;
export type LogBill = z.infer<typeof logBill>;
export type BillTerm = z.infer<typeof billTerm>;
export type LogPage = z.infer<typeof logPage>;
export type LogDetail = z.infer<typeof logDetail>;
export type ListLogs = z.infer<typeof listLogsQuery>;
