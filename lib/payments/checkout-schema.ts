import { z } from "zod";
import { idInput } from "#lib/core/shapes";
import { currencyInput, methodInput, paymentInput } from "#lib/recharges/schema";

export const beginRechargeBody = z.strictObject({
  accountId: idInput,
  method: methodInput.meta({ description: "a way of paying that is offered: GET /api/payment-methods" }),
  amount: paymentInput,
  currency: currencyInput,
});
export type BeginRecharge = z.infer<typeof beginRechargeBody>;
