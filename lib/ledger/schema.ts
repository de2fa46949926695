import { z } from "zod";
import { pageAnswer, pageFields, timeAnswer, usdAnswer } from "#lib/core/shapes";

export const ledgerKinds = ["recharge", "usage", "adjustment", "refund", "bonus"] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

/** A customer's ledger entry. `amount` is signed: a recharge adds, usage takes. */
export const ledgerEntryAnswer = z
  .object({
    transactionId: z.string(),
    createdAt: timeAnswer,
    kind: z.enum(ledgerKinds),
    amount: usdAnswer,
    balanceAfter: usdAnswer,
    reference: z.string(),
    note: z.string(),
    requests: z.number().int().nullable().meta({ description: "usage: how many calls it sums" }),
    minute: timeAnswer.nullable().meta({ description: "usage: the minute in which they were admitted" }),
  })
  .meta({ id: "LedgerEntry" });

export const listLedgerQuery = z.strictObject(pageFields);
export const ledgerPage = pageAnswer(ledgerEntryAnswer);

export type LedgerEntry = z.infer<typeof ledgerEntryAnswer>;
