import { z } from "zod";
import { idInput, lineInput, timeInput } from "#lib/core/shapes";
import { currencyInput, orderNoInput, paymentInput } from "#lib/recharges/schema";

/**
 * The body of `POST /api/webhooks/payments/{method}`. `id` names the message: the same one again changes nothing.
 * `orderNo` is an order's number; of one that Tollgate does not know, `accountId` says whose it is.
 */
export const paymentWebhookBody = z.object({
  id: lineInput(128).min(1, "the message's id is expected"),
  type: z.enum(["payment.succeeded", "payment.refunded", "payment.charged_back", "payment.reinstated"]),
  orderNo: orderNoInput,
  amount: paymentInput,
  currency: currencyInput,
  accountId: idInput.optional(),
  paidAt: timeInput.optional(),
  reference: lineInput(128)
    .min(1)
    .optional()
    .meta({ description: "the payment's, refund's or dispute's name" }),
});

export type PaymentWebhook = z.infer<typeof paymentWebhookBody>;
