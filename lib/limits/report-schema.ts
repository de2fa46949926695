import { z } from "zod";
import { idInput, lineInput, timeAnswer } from "#lib/core/shapes";
import { metrics, scopes } from "./metrics.ts";
import { limitValue } from "./schema.ts";

/** A limit that does not stand yet. */
export const dryRunBody = z.strictObject({
  scope: z.enum(scopes),
  scopeId: lineInput(128).min(1).nullish(),
  model: lineInput(128).min(1).nullish(),
  metric: z.enum(metrics),
  value: limitValue,
});

export const dryRunAnswer = z
  .object({
    from: timeAnswer,
    to: timeAnswer,
    isPartial: z
      .boolean()
      .meta({ description: "the time from `from` to `to` is less than 24 h: the budget was used up" }),
    calls: z.number().int().meta({ description: "calls that this limit would have decided" }),
    wouldRefuse: z.number().int(),
    refusedThen: z.number().int().meta({ description: "of these calls, those that a limit did refuse" }),
    accounts: z
      .array(
        z.object({
          accountId: z.string(),
          name: z.string().nullable(),
          calls: z.number().int(),
          wouldRefuse: z.number().int(),
        }),
      )
      .meta({ description: "who would have been refused most, at most 10" }),
    accountCount: z.number().int().meta({ description: "how many accounts would have been refused at all" }),
  })
  .meta({ id: "LimitDryRun" });

export const historySpans = ["24h", "7d"] as const;

export const historyQuery = z.strictObject({
  accountId: idInput,
  keyId: idInput.optional(),
  model: lineInput(128).min(1).optional().meta({ description: "left out: all models together" }),
  metric: z.enum(metrics),
  span: z.enum(historySpans).default("24h"),
});

/** What an account used of a limit: the fullest minute of each step. */
export const historyAnswer = z
  .object({
    step: z.number().int().meta({ description: "seconds" }),
    limit: z.number().nullable().meta({ description: "that applies now; null: none" }),
    peak: z.number(),
    points: z.array(z.object({ t: timeAnswer, peak: z.number(), refused: z.number().int() })),
  })
  .meta({ id: "LimitHistory" });

export type DryRunBody = z.infer<typeof dryRunBody>;
export type DryRun = z.infer<typeof dryRunAnswer>;
export type HistoryQuery = z.infer<typeof historyQuery>;
export type LimitHistory = z.infer<typeof historyAnswer>;
