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

/** `ok`: every balance is the sum of its entries, every usage transaction the sum of its log rows, to the nano-dollar. */
export const ledgerProofAnswer = z
  .object({
    ok: z.boolean(),
    differences: z.array(
      z.object({
        check: z.enum(["transaction_sum", "balance", "usage", "held", "leased"]),
        id: z.string().meta({ description: "the account, or the ledger transaction" }),
        expected: usdAnswer,
        actual: usdAnswer,
      }),
    ),
    accounts: z.number().int(),
    transactions: z.number().int(),
    rows: z.number().int(),
    checkedAt: timeAnswer,
  })
  .meta({ id: "LedgerProof" });

export type LedgerEntry = z.infer<typeof ledgerEntryAnswer>;
