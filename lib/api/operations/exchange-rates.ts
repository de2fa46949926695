import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { lineInput } from "#lib/core/shapes";
import { createExchangeRate } from "#lib/recharges/rate-service";
import { listExchangeRates } from "#lib/recharges/rate-store";
import {
  createExchangeRateBody,
  exchangeRateAnswer,
  exchangeRatePage,
  listExchangeRatesQuery,
} from "#lib/recharges/schema";

const tag = "Recharges";

export const listExchangeRatesOperation = operation({
  id: "listExchangeRates",
  method: "GET",
  path: "/api/exchange-rates",
  summary: "Dated exchange rates, newest first",
  tag,
  permission: "recharges.read",
  query: listExchangeRatesQuery,
  answer: exchangeRatePage,
  async run({ query }) {
    const after = decodeCursor(query.cursor, z.tuple([lineInput(10), lineInput(3)]));
    const rates = await listExchangeRates(query, after);
    return toPage(
      rates,
      query.limit,
      (rate) => rate,
      (rate) => [rate.date, rate.currency],
    );
  },
});

export const createExchangeRateOperation = operation({
  id: "createExchangeRate",
  method: "POST",
  path: "/api/exchange-rates",
  summary: "Add a rate; recharges use the newest one of their day or before",
  tag,
  permission: "recharges.write",
  body: createExchangeRateBody,
  answer: exchangeRateAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => createExchangeRate(actor, body),
});
