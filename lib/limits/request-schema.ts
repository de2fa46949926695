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
export const requestKinds = ["raise", "reduce"] as const;

/** What a customer asked for, or the weekly look at grants proposes, and what was decided. */
export const limitRequestAnswer = z
  .object({
    id: z.string(),
    kind: z
      .enum(requestKinds)
      .meta({ description: "reduce: proposed, because a week did not need half of the grant" }),
    accountId: z.string(),
    accountName: z.string(),
    model: z.string().nullable().meta({ description: "null: all models together" }),
    metric: z.enum(metrics),
    wanted: z.number(),
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

export const createLimitRequestBody = z.strictObject({
  accountId: idInput,
  model: lineInput(128).min(1).nullish().meta({ description: "left out: all models together" }),
  metric: z.enum(metrics),
  wanted: limitValue.min(1, "at least 1 is expected"),
  reason: noteInput.refine((text) => text.trim() !== "", "say what it is needed for"),
  until: timeInput.nullish().meta({ description: "left out: for good" }),
});

export const grantLimitRequestBody = z.strictObject({
  value: limitValue.min(1, "at least 1 is expected"),
  until: timeInput.nullish().meta({ description: "left out: for good" }),
  answer: noteInput.optional(),
});

export const refuseLimitRequestBody = z.strictObject({
  answer: noteInput.refine((text) => text.trim() !== "", "say why: the customer reads it"),
});

export const waitingRequestsAnswer = z
  .object({ waiting: z.number().int() })
  .meta({ id: "WaitingLimitRequests" });

export type LimitRequest = z.infer<typeof limitRequestAnswer>;
export type ListLimitRequests = z.infer<typeof listLimitRequestsQuery>;
export type CreateLimitRequest = z.infer<typeof createLimitRequestBody>;
export type GrantLimitRequest = z.infer<typeof grantLimitRequestBody>;
