import { z } from "zod";
import {
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
} from "#lib/core/shapes";
import { metrics } from "./metrics.ts";
import { limitValue } from "./schema.ts";

export const requestStates = ["waiting", "granted", "refused", "withdrawn"] as const;
export const requestKinds = ["raise", "reduce", "line"] as const;

/** What a customer asked for, or the weekly look at grants proposes, and what was decided. */
export const limitRequestAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(requestKinds).meta({
      description:
        "raise: a higher limit; line: a line, or a model on it; reduce: proposed, because a week did not need half of the grant",
    }),
    accountId: z.string(),
    accountName: z.string(),
    model: z
      .string()
      .nullable()
      .meta({ description: "null: all models together; of a line: all that need a grant there" }),
    line: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: "of kind line: which" }),
    metric: z.enum(metrics).nullable().meta({ description: "null for a line" }),
    wanted: z.number().nullable().meta({ description: "null for a line" }),
    reason: z.string(),
    wantedUntil: timeAnswer.nullable().meta({ description: "null: for good" }),
    stood: z.number().nullable().meta({ description: "the limit that applied when it was asked" }),
    peak: z.number().nullable().meta({ description: "of a proposal: the fullest minute of the week" }),
    state: z.enum(requestStates),
    askedBy: z.string(),
    decidedBy: z.string().nullable(),
    decidedAt: timeAnswer.nullable(),
    answer: z.string(),
    granted: z.number().nullable(),
    grantedUntil: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "LimitRequest" });

export const limitRequestPage = pageAnswer(limitRequestAnswer);

export const listLimitRequestsQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  state: z.enum(requestStates).optional(),
  kind: z.enum(requestKinds).optional(),
});

/** Either a limit (`metric`, `wanted`) or a `line`. */
export const createLimitRequestBody = z
  .strictObject({
    accountId: idInput,
    model: lineInput(128)
      .min(1)
      .nullish()
      .meta({ description: "left out: all models together; of a line: all that need a grant there" }),
    metric: z.enum(metrics).optional(),
    wanted: limitValue.min(1, "at least 1 is expected").optional(),
    line: lineInput(64).min(1).optional().meta({ description: "a line's id, to be let onto it" }),
    reason: noteInput.refine((text) => text.trim() !== "", "say what it is needed for"),
    until: timeInput.nullish().meta({ description: "left out: for good" }),
  })
  .superRefine(({ line, metric, wanted }, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (line !== undefined && (metric !== undefined || wanted !== undefined))
      problem("line", "ask for a line or for a limit, one at a time");
    if (line === undefined && metric === undefined) problem("metric", "a metric or a line is expected");
    if (line === undefined && wanted === undefined) problem("wanted", "how much is expected");
  });

export const grantLimitRequestBody = z.strictObject({
  value: limitValue
    .min(1, "at least 1 is expected")
    .optional()
    .meta({ description: "the limit; not of a line" }),
  models: z
    .array(lineInput(256).min(1))
    .max(2000)
    .optional()
    .meta({ description: "of a line: what is activated; default: what was asked for, empty: all" }),
  move: z
    .boolean()
    .optional()
    .meta({ description: "of a line: the account goes onto it, so that its keys use it" }),
  until: timeInput.nullish().meta({ description: "left out: for good" }),
  answer: noteInput.optional(),
});

export const refuseLimitRequestBody = z.strictObject({
  answer: noteInput.refine((text) => text.trim() !== "", "say why: the customer reads it"),
});

export const waitingRequestsAnswer = z
  .object({ waiting: z.number().int() })
  .meta({ id: "WaitingLimitRequests" });

export type RequestKind = (typeof requestKinds)[number];
export type LimitRequest = z.infer<typeof limitRequestAnswer>;
export type ListLimitRequests = z.infer<typeof listLimitRequestsQuery>;
export type CreateLimitRequest = z.infer<typeof createLimitRequestBody>;
export type GrantLimitRequest = z.infer<typeof grantLimitRequestBody>;
