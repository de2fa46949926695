import { z } from "zod";
import { operation } from "#lib/api/operation";
import { bonusAnswer, bonusPage, giveGiftBody, listBonusQuery } from "#lib/bonus/schema";
import { giveGift, listBonus } from "#lib/bonus/service";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";

const tag = "Bonus credit";

export const listBonusOperation = operation({
  id: "listBonus",
  method: "GET",
  path: "/api/accounts/{id}/bonus",
  summary: "An account's bonus credit and what became of it, newest first",
  tag,
  permission: "ledger.read",
  customers: { account: "path", answer: pageAnswer(bonusAnswer.omit({ createdBy: true })) },
  params: idParams,
  query: listBonusQuery,
  answer: bonusPage,
  async run({ params, query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listBonus(params.id, query.limit, after),
      query.limit,
      (lot) => lot,
      (lot) => [lot.id],
    );
  },
});

export const giveGiftOperation = operation({
  id: "giveGift",
  method: "POST",
  path: "/api/accounts/{id}/gifts",
  summary: "Give an account credit, for good or until it expires; it is spent before what was paid",
  tag,
  permission: "ledger.write",
  params: idParams,
  body: giveGiftBody,
  answer: bonusAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, params, body }) => giveGift(actor, params.id, body, new Date()),
});
