import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
} from "#lib/core/shapes";
import { currencyInput, methodInput, orderNoInput, paymentInput } from "#lib/recharges/schema";

export const claimStates = ["waiting", "credited", "rejected"] as const;
/** What proves a payment: at most this much. */
export const maxFileBytes = 5 * 1024 * 1024;

/** A customer says: I have paid, and it is not there. */
export const claimAnswer = z
  .object({
    id: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    rechargeId: z.string().nullable().meta({ description: "the order that it is about" }),
    orderNo: z.string(),
    amount: z.string().nullable(),
    currency: z.string().nullable(),
    note: z.string(),
    fileType: z.string().nullable().meta({ description: "of what was sent along; null: nothing was" }),
    state: z.enum(claimStates),
    answer: z.string(),
    askedBy: z.string(),
    decidedBy: z.string().nullable(),
    decidedAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "RechargeClaim" });
export const claimPage = pageAnswer(claimAnswer);

export const listClaimsQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  state: z.enum(claimStates).optional(),
});

export const createClaimBody = z.strictObject({
  accountId: idInput,
  rechargeId: idInput.nullish().meta({ description: "the order that it is about, if there is one" }),
  orderNo: orderNoInput.meta({ description: "as the payment says it" }),
  amount: amountInput(9).nullish(),
  currency: currencyInput.nullish(),
  note: noteInput.default(""),
  file: z
    .base64("a file in base64 is expected")
    .max(Math.ceil(maxFileBytes / 3) * 4, "at most 5 MB")
    .nullish()
    .meta({ description: "PNG, JPEG or PDF, base64; images are drawn anew" }),
});

/** Credits the order that a claim is about, or the one that is named, or makes one. */
export const creditClaimBody = z.strictObject({
  rechargeId: idInput.optional(),
  method: methodInput.optional(),
  orderNo: orderNoInput.optional(),
  amount: paymentInput.optional(),
  currency: currencyInput.optional(),
  answer: noteInput.default(""),
});
export const rejectClaimBody = z.strictObject({
  answer: noteInput.refine((text) => text.trim() !== "", "say why: the customer is sent it"),
});
export const claimFileParams = z.object({ id: lineInput(256) });

export type Claim = z.infer<typeof claimAnswer>;
export type CreateClaim = z.infer<typeof createClaimBody>;
export type CreditClaim = z.infer<typeof creditClaimBody>;
export type ListClaims = z.infer<typeof listClaimsQuery>;
