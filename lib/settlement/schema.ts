import { z } from "zod";
import { idInput, pageAnswer, pageFields, timeAnswer, usdAnswer } from "#lib/core/shapes";

export const deadLetterStates = ["open", "written"] as const;
export const retryOutcomes = ["written", "refused", "unreadable"] as const;

/** A bill that the database refused and that was set aside. While it is open its call is in no log and not charged. */
export const deadLetterAnswer = z
  .object({
    id: z.string(),
    state: z.enum(deadLetterStates),
    at: timeAnswer,
    retriedAt: timeAnswer.nullable().meta({ description: "when it was written after all" }),
    reason: z.string().meta({ description: "SQLSTATE, or the error's name", examples: ["23514"] }),
    nodeId: z.string(),
    seq: z.number().int().nullable().meta({ description: "its number in the node's spool" }),
    requestId: z.string().nullable(),
    accountId: z.string().nullable(),
    accountName: z.string().nullable(),
    keyId: z.string().nullable(),
    model: z.string().nullable(),
    status: z.number().int().nullable(),
    cost: usdAnswer.nullable().meta({ description: "what writing it will charge" }),
    readable: z.boolean().meta({ description: "false: written by a newer release, which can retry it" }),
    row: z.record(z.string(), z.unknown()).meta({ description: "the row as it was set aside" }),
  })
  .meta({ id: "DeadLetter" });

export const deadLetterPage = pageAnswer(deadLetterAnswer);

export const listDeadLettersQuery = z.strictObject({
  ...pageFields,
  state: z.enum(deadLetterStates).optional(),
  nodeId: idInput.optional(),
});

export const retriedAnswer = z
  .object({ outcome: z.enum(retryOutcomes), deadLetter: deadLetterAnswer })
  .meta({ id: "RetriedDeadLetter" });

export const retriedAllAnswer = z
  .object({
    written: z.number().int(),
    refused: z.number().int(),
    unreadable: z.number().int(),
    left: z.number().int().meta({ description: "open ones that this call did not come to: call again" }),
  })
  .meta({ id: "RetriedDeadLetters" });

export type DeadLetter = z.infer<typeof deadLetterAnswer>;
export type ListDeadLetters = z.infer<typeof listDeadLettersQuery>;
export type RetriedAll = z.infer<typeof retriedAllAnswer>;
export type RetryOutcome = (typeof retryOutcomes)[number];
