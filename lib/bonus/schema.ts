import { z } from "zod";
import {
  amountInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";

export const bonusSources = ["recharge", "gift"] as const;

/** Credit that was given: amount = left + spent + taken + expired. */
export const bonusAnswer = z
  .object({
    id: z.string(),
    accountId: z.string(),
    source: z.enum(bonusSources),
    rechargeId: z.string().nullable(),
    amount: usdAnswer,
    left: usdAnswer,
    spent: usdAnswer,
    taken: usdAnswer.meta({ description: "back, with its recharge's refund" }),
    expired: usdAnswer,
    expiresAt: timeAnswer.nullable().meta({ description: "null: it lasts" }),
    note: z.string(),
    createdBy: z.string(),
    createdAt: timeAnswer,
  })
  .meta({ id: "BonusCredit" });

export const bonusPage = pageAnswer(bonusAnswer);
export const listBonusQuery = z.strictObject(pageFields);

export const giveGiftBody = z.strictObject({
  amount: amountInput(9)
    .refine((text) => Number(text) > 0, "more than 0 is expected")
    .refine((text) => Number(text) <= 1_000_000, "at most 1,000,000 USD at a time")
    .meta({ description: "USD" }),
  expiresAt: timeInput.nullish().meta({ description: "left out: it lasts" }),
  note: noteInput.refine((text) => text.trim() !== "", "say what it is for: the customer reads it"),
});

export type BonusCredit = z.infer<typeof bonusAnswer>;
export type GiveGift = z.infer<typeof giveGiftBody>;
