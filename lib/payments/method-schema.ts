import { z } from "zod";
import { amountInput, lineInput, nameInput, noteInput, timeAnswer } from "#lib/core/shapes";
import { currencyInput } from "#lib/recharges/schema";

export const methodKinds = ["stripe", "webhook"] as const;

/** A way of paying. Its secrets never come back. */
export const paymentMethodAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(methodKinds),
    name: z.string(),
    nameZh: z.string().meta({ description: "empty: as in English" }),
    enabled: z.boolean(),
    apiBase: z.string().nullable().meta({ description: "of Stripe: where its API is; null: Stripe's own" }),
    payUrl: z
      .string()
      .meta({ description: "where customers are sent; {orderNo}, {amount} and {currency} are put in" }),
    instructions: z.string().meta({ description: "what the payer has to do; shown with the order number" }),
    currencies: z.array(z.string()),
    least: z.string(),
    most: z.string().nullable(),
    webhookPath: z.string(),
    updatedAt: timeAnswer,
  })
  .meta({ id: "PaymentMethod" });

/** What customers see of it. */
export const offeredMethod = paymentMethodAnswer.omit({ apiBase: true, payUrl: true, webhookPath: true });

export const paymentMethodList = z.object({ items: z.array(paymentMethodAnswer) });
export const offeredMethodList = z.object({ items: z.array(offeredMethod) });

export const methodParams = z.object({ id: lineInput(32) });

/** A web address, of which `{orderNo}`, `{amount}` and `{currency}` may be a part. */
const addressInput = lineInput(1000).refine(
  (text) => text === "" || /^https?:\/\/[^\s/]+/.test(text),
  "a web address such as https://pay.example.com/?order={orderNo} is expected",
);
const secretInput = z.string().min(16, "at least 16 characters").max(500, "at most 500 characters");

export const putPaymentMethodBody = z.strictObject({
  kind: z.enum(methodKinds),
  name: nameInput,
  nameZh: lineInput(128).default(""),
  enabled: z.boolean().default(true),
  secret: secretInput.optional().meta({ description: "signs webhooks; left out: stays as it is" }),
  apiKey: secretInput.optional().meta({ description: "of Stripe: its secret key; left out: stays as it is" }),
  apiBase: addressInput.nullish(),
  payUrl: addressInput.default(""),
  instructions: noteInput.default(""),
  currencies: z.array(currencyInput).min(1, "at least one currency is expected").max(50),
  least: amountInput(9).default("0"),
  most: amountInput(9).nullish(),
});

export type PaymentMethodAnswer = z.infer<typeof paymentMethodAnswer>;
export type PutPaymentMethod = z.infer<typeof putPaymentMethodBody>;
