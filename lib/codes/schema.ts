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
import { currencyInput, paymentInput } from "#lib/recharges/schema";

/** Codes made at once, all of one value. */
export const codeBatchAnswer = z
  .object({
    id: z.string(),
    amount: z.string().meta({ description: "what one code is worth, in its currency" }),
    currency: z.string(),
    count: z.number().int(),
    redeemed: z.number().int(),
    note: z.string(),
    expiresAt: timeAnswer.nullable(),
    revokedAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "CodeBatch" });
export const codeBatchPage = pageAnswer(codeBatchAnswer);
/** The codes themselves are shown this once: only their hashes are kept. */
export const newCodeBatchAnswer = codeBatchAnswer.extend({ codes: z.array(z.string()) });

export const listCodeBatchesQuery = z.strictObject(pageFields);
export const createCodeBatchBody = z.strictObject({
  amount: paymentInput,
  currency: currencyInput,
  count: z.number().int().min(1, "at least one code").max(1000, "at most 1,000 codes"),
  expiresAt: timeInput.nullish(),
  note: noteInput.default(""),
});
export const redeemCodeBody = z.strictObject({
  accountId: idInput,
  code: lineInput(64).min(1, "a code is expected"),
});

export type CodeBatchAnswer = z.infer<typeof codeBatchAnswer>;
export type CreateCodeBatch = z.infer<typeof createCodeBatchBody>;
