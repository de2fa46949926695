import { z } from "zod";
import { operation } from "#lib/api/operation";
import { beginRechargeBody } from "#lib/payments/checkout-schema";
import { beginRecharge } from "#lib/payments/checkout-service";
import {
  methodParams,
  offeredMethodList,
  paymentMethodAnswer,
  paymentMethodList,
  putPaymentMethodBody,
} from "#lib/payments/method-schema";
import {
  deletePaymentMethod,
  getPaymentMethod,
  paymentMethods,
  putPaymentMethod,
} from "#lib/payments/method-service";
import { rechargeAnswer } from "#lib/recharges/schema";
import { requestBase } from "#lib/runtime/request-base";

const tag = "Recharges";

export const listPaymentMethods = operation({
  id: "listPaymentMethods",
  method: "GET",
  path: "/api/payment-methods",
  summary: "Ways of paying; customers see those that are offered",
  tag,
  permission: "recharges.read",
  customers: { account: "own", answer: offeredMethodList },
  answer: paymentMethodList,
  run: async ({ own }) => ({ items: await paymentMethods({ isOffered: own !== undefined }) }),
});

export const getPaymentMethodOperation = operation({
  id: "getPaymentMethod",
  method: "GET",
  path: "/api/payment-methods/{id}",
  summary: "One way of paying",
  tag,
  permission: "recharges.read",
  params: methodParams,
  answer: paymentMethodAnswer,
  etag: true,
  run: ({ params }) => getPaymentMethod(params.id),
});

export const putPaymentMethodOperation = operation({
  id: "putPaymentMethod",
  method: "PUT",
  path: "/api/payment-methods/{id}",
  summary: "Set up a way of paying: `stripe`, or a name of one's own whose system sends signed webhooks",
  tag,
  permission: "settings.write",
  params: methodParams,
  body: putPaymentMethodBody,
  answer: paymentMethodAnswer,
  etag: true,
  stepUp: true,
  current: ({ params }) => getPaymentMethod(params.id),
  run: ({ actor, params, body }) => putPaymentMethod(actor, params.id, body),
});

export const deletePaymentMethodOperation = operation({
  id: "deletePaymentMethod",
  method: "DELETE",
  path: "/api/payment-methods/{id}",
  summary: "Forget a way of paying; its orders stay",
  tag,
  permission: "settings.write",
  params: methodParams,
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor, params }) => deletePaymentMethod(actor, params.id),
});

export const beginRechargeOperation = operation({
  id: "beginRecharge",
  method: "POST",
  path: "/api/recharges/checkout",
  summary: "Begin to pay: a pending order, and where it is paid",
  tag,
  permission: "payments.write",
  customers: { account: "body", answer: rechargeAnswer.omit({ note: true, providerRef: true }) },
  body: beginRechargeBody,
  answer: rechargeAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => beginRecharge(actor, body, requestBase()),
});
