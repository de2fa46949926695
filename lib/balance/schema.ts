import { z } from "zod";
import { amountInput, noteInput, timeAnswer, usdAnswer } from "#lib/core/shapes";

const mostUsd = (text: string) => Number(text) <= 1_000_000_000;

export const creditLineBody = z.strictObject({
  amount: amountInput(9)
    .refine(mostUsd, "at most 1,000,000,000 USD")
    .meta({ description: "USD by which the balance may fall below 0; 0 takes the line away" }),
  reason: noteInput.refine((text) => text.trim() !== "", "say why"),
});

/** When an account is told that its money runs low, what counts for it now, and how it stands. */
export const balanceCareAnswer = z
  .object({
    lowBalance: usdAnswer.nullable().meta({ description: "null: as the settings say; 0: never" }),
    lowBalanceDays: z.number().int().nullable().meta({ description: "null: as the settings say; 0: never" }),
    mailsStatements: z.boolean().nullable().meta({ description: "null: as the settings say" }),
    inForce: z.object({
      lowBalance: usdAnswer,
      lowBalanceDays: z.number().int(),
      mailsStatements: z.boolean(),
    }),
    spendable: usdAnswer.meta({ description: "balance and credit line" }),
    pace: usdAnswer.meta({ description: "spent per day, on average of the last 7 whole days (UTC)" }),
    daysLeft: z.number().nullable().meta({ description: "at that pace; null: nothing is spent" }),
    low: z.array(z.enum(["threshold", "days"])).meta({ description: "what it is low by" }),
    toldAt: timeAnswer.nullable(),
  })
  .meta({ id: "BalanceCare" });

export const balanceCareBody = z.strictObject({
  lowBalance: amountInput(9).refine(mostUsd, "at most 1,000,000,000 USD").nullish(),
  lowBalanceDays: z.number().int().min(0).max(365, "at most 365 days").nullish(),
  mailsStatements: z.boolean().nullish(),
});

export type BalanceCare = z.infer<typeof balanceCareAnswer>;
export type UpdateBalanceCare = z.infer<typeof balanceCareBody>;
export type CreditLine = z.infer<typeof creditLineBody>;
