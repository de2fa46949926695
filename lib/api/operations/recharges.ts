import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";
import { createRechargeBody, listRechargesQuery, rechargeAnswer, rechargePage } from "#lib/recharges/schema";
import { createRecharge, getRecharge } from "#lib/recharges/service";
import { listRecharges } from "#lib/recharges/store";

const tag = "Recharges";

/** Notes are written by operators for operators. */
const customersView = rechargeAnswer.omit({ note: true });

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
    const recharges = await listRecharges(query, after);
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
  summary: "Record a payment and credit it at once; an order number counts once per method",
  tag,
  permission: "recharges.write",
  body: createRechargeBody,
  answer: rechargeAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body, request }) => createRecharge(actor, body, mailBase(request, actor)),
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
  run: ({ params }) => getRecharge(params.id),
});
