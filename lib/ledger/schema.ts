import { z } from "zod";
import { idInput, pageAnswer, pageFields, timeAnswer, timeInput, usdAnswer } from "#lib/core/shapes";
import { ledgerAccounts } from "./entries.ts";
import { proofChecks } from "./proof.ts";

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

/** A transaction of any account. `amount` is what it moved on the customer's side. */
const transactionRowAnswer = z.object({
  transactionId: z.string(),
  createdAt: timeAnswer,
  kind: z.enum(ledgerKinds),
  accountId: z.string().nullable(),
  accountName: z.string().nullable(),
  amount: usdAnswer,
  reference: z.string(),
  note: z.string(),
  actor: z.string(),
  requests: z.number().int().nullable().meta({ description: "usage: how many calls it sums" }),
  minute: timeAnswer.nullable().meta({ description: "usage: the minute in which they were admitted" }),
});

export const transactionPage = pageAnswer(transactionRowAnswer);

export const listEntriesQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  kind: z.enum(ledgerKinds).optional(),
  from: timeInput.optional(),
  to: timeInput.optional(),
});

/** Both sides of a transaction. */
export const transactionAnswer = transactionRowAnswer
  .extend({
    lines: z.array(
      z.object({
        ledgerAccount: z.enum(ledgerAccounts),
        accountId: z.string().nullable(),
        accountName: z.string().nullable(),
        amount: usdAnswer,
      }),
    ),
    sum: usdAnswer.meta({ description: "always 0" }),
  })
  .meta({ id: "LedgerTransaction" });

/** `ok`: every balance is the sum of its entries, every usage transaction the sum of its log rows, to the nano-dollar. */
export const ledgerProofAnswer = z
  .object({
    ok: z.boolean(),
    differences: z.array(
      z.object({
        check: z.enum(proofChecks),
        id: z.string().meta({ description: "the account, the ledger transaction, the day or the seal" }),
        accountId: z.string().nullable(),
        day: z.string().nullable().meta({ description: "UTC" }),
        expected: usdAnswer,
        actual: usdAnswer,
      }),
    ),
    id: z.string(),
    actor: z.string(),
    accounts: z.number().int(),
    transactions: z.number().int(),
    rows: z.number().int(),
    seals: z.number().int().meta({ description: "days of the ledger that are sealed" }),
    sealedThrough: timeAnswer.nullable(),
    sealHash: z.string().nullable().meta({ description: "covers all seals: keep it elsewhere" }),
    droppedDays: z
      .number()
      .int()
      .meta({ description: "days whose log rows are gone: proven by their seals" }),
    checkedAt: timeAnswer,
    durationMs: z.number().int(),
  })
  .meta({ id: "LedgerProof" });

export const proofPage = pageAnswer(ledgerProofAnswer);
export const listProofsQuery = z.strictObject(pageFields);

/** One sealed day of the ledger. */
export const sealAnswer = z
  .object({
    number: z.number().int(),
    since: timeAnswer,
    through: timeAnswer,
    lines: z.number().int().meta({ description: "one per day of admission and account" }),
    rows: z.number().int(),
    amount: usdAnswer,
    sealedAt: timeAnswer,
    hash: z.string(),
  })
  .meta({ id: "DaySeal" });

export const sealPage = pageAnswer(sealAnswer);
export const listSealsQuery = z.strictObject(pageFields);

export type LedgerEntry = z.infer<typeof ledgerEntryAnswer>;
export type LedgerTransactionRow = z.infer<typeof transactionRowAnswer>;
export type LedgerTransaction = z.infer<typeof transactionAnswer>;
export type ListEntries = z.infer<typeof listEntriesQuery>;
export type LedgerProofAnswer = z.infer<typeof ledgerProofAnswer>;
export type Seal = z.infer<typeof sealAnswer>;
