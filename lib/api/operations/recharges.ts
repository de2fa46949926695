import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { countWaitingClaims } from "#lib/claims/store";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";
import { refundRecharge } from "#lib/payments/refund-service";
import { receiptFile } from "#lib/recharges/document-service";
import { importedRecharges, importRechargesBody } from "#lib/recharges/import-schema";
import { importRecharges } from "#lib/recharges/import-service";
import {
  createRechargeBody,
  creditRechargeBody,
  listRechargesQuery,
  rechargeAnswer,
  rechargePage,
  rechargeStory,
  refundRechargeBody,
  rejectRechargeBody,
  waitingRechargesAnswer,
} from "#lib/recharges/schema";
import { createRecharge, creditRecharge, getRecharge, rejectRecharge, storyOf } from "#lib/recharges/service";
import { countWaitingOrders, listRecharges } from "#lib/recharges/store";

const tag = "Recharges";
/** Notes are written by operators for operators. */
const customersView = rechargeAnswer.omit({ note: true, providerRef: true });
const shared = { tag, permission: "recharges.write", params: idParams, answer: rechargeAnswer } as const;
/** What an order decides on stands still between look and click, if the caller says what they looked at. */
const guarded = { etag: true, idempotent: true, current: theRecharge } as const;

export const listRechargesOperation = operation({
  id: "listRecharges",
  method: "GET",
  path: "/api/recharges",
  summary: "Recharges, newest first",
  tag,
  permission: "recharges.read",
  customers: { account: "query", answer: pageAnswer(customersView) },
  query: listRechargesQuery,
  answer: rechargePage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    const recharges = await listRecharges(query, after, new Date());
    return toPage(
      recharges,
      query.limit,
      (recharge) => recharge,
      (recharge) => [recharge.id],
    );
  },
});

export const createRechargeOperation = operation({
  id: "createRecharge",
  method: "POST",
  path: "/api/recharges",
  summary:
    "Record a payment: `manual` is credited at once, all else waits; an order number counts once per method",
  tag,
  permission: "recharges.write",
  body: createRechargeBody,
  answer: rechargeAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body, request }) => createRecharge(actor, body, mailBase(request, actor)),
});

export const countWaitingRecharges = operation({
  id: "countWaitingRecharges",
  method: "GET",
  path: "/api/recharges/waiting",
  summary: "What asks for a person: orders in review or pending for more than 10 minutes, and claims",
  tag,
  permission: "recharges.read",
  answer: waitingRechargesAnswer,
  async run() {
    const [orders, claims] = await Promise.all([countWaitingOrders(new Date()), countWaitingClaims()]);
    return { waiting: orders + claims, orders, claims };
  },
});

export const importRechargesOperation = operation({
  id: "importRecharges",
  method: "POST",
  path: "/api/recharges/import",
  summary: "Check a CSV file of payments row by row, and record the rows whose lines are named",
  tag,
  permission: "recharges.write",
  body: importRechargesBody,
  answer: importedRecharges,
  idempotent: true,
  run: ({ actor, body, request }) => importRecharges(actor, body, mailBase(request, actor)),
});

export const getRechargeOperation = operation({
  id: "getRecharge",
  method: "GET",
  path: "/api/recharges/{id}",
  summary: "One recharge",
  tag,
  permission: "recharges.read",
  customers: {
    account: async ({ params }) => (await getRecharge(params.id)).accountId,
    answer: customersView,
  },
  params: idParams,
  answer: rechargeAnswer,
  etag: true,
  run: theRecharge,
});

export const downloadReceipt = operation({
  id: "downloadReceipt",
  method: "GET",
  path: "/api/recharges/{id}/receipt",
  summary: "The receipt of a credited order as a PDF",
  tag,
  permission: "recharges.read",
  customers: { account: async ({ params }) => (await getRecharge(params.id)).accountId },
  params: idParams,
  query: z.strictObject({ lang: z.enum(["en", "zh"]).default("en") }),
  answer: downloadAnswer,
  download: ["application/pdf"],
  async run({ params, query }) {
    const { content, contentType, fileName } = await receiptFile(params.id, query.lang);
    return { body: new Blob([content]).stream(), contentType, fileName };
  },
});

export const getRechargeStory = operation({
  id: "getRechargeStory",
  method: "GET",
  path: "/api/recharges/{id}/story",
  summary: "What has happened to an order, from its beginning",
  tag,
  permission: "recharges.read",
  params: idParams,
  answer: rechargeStory,
  run: async ({ params }) => ({ items: await storyOf(params.id) }),
});

export const creditRechargeOperation = operation({
  ...shared,
  ...guarded,
  id: "creditRecharge",
  method: "POST",
  path: "/api/recharges/{id}/credit",
  summary: "Credit an order that waits; one without a rate waits on until there is one",
  body: creditRechargeBody,
  run: ({ actor, params, body }) => creditRecharge(actor, params.id, body),
});

export const rejectRechargeOperation = operation({
  ...shared,
  ...guarded,
  id: "rejectRecharge",
  method: "POST",
  path: "/api/recharges/{id}/reject",
  summary: "Say that an order is not credited, and why: the account is sent it",
  body: rejectRechargeBody,
  run: ({ actor, params, body }) => rejectRecharge(actor, params.id, body.reason),
});

export const refundRechargeOperation = operation({
  ...shared,
  ...guarded,
  id: "refundRecharge",
  method: "POST",
  path: "/api/recharges/{id}/refund",
  summary: "Take back all or a part of a credited order; Stripe is told to pay it back",
  body: refundRechargeBody,
  stepUp: true,
  run: ({ actor, params, body }) => refundRecharge(actor, params.id, body),
});

function theRecharge({ params }: { params: { id: string } }) {
  return getRecharge(params.id);
}
