import { operation } from "#lib/api/operation";
import { idParams } from "#lib/core/shapes";
import { type OwnPrices, ownPricesAnswer, putOwnPriceBody } from "#lib/pricing/own-prices-schema";
import { listOwnPrices, putOwnPrice } from "#lib/pricing/own-prices-service";

const tag = "Models and prices";

/**
 * The version that each model's price comes from, the last one published: it does not change at the moment from which it is
 * billed. The discount is of tiers, and not changed here.
 */
const edited = ({ items }: OwnPrices) =>
  items.flatMap(({ model, priceVersionId, upcoming }) => {
    const last = upcoming.at(-1);
    if (last === undefined) return [[model, priceVersionId]];
    return last.price === null ? [] : [[model, last.priceVersionId]];
  });

export const listOwnPricesOperation = operation({
  id: "listOwnPrices",
  method: "GET",
  path: "/api/accounts/{id}/prices",
  summary: "What an account pays otherwise than all others: its own prices, and its discount",
  tag,
  permission: "prices.read",
  params: idParams,
  answer: ownPricesAnswer,
  etag: edited,
  run: ({ params }) => listOwnPrices(params.id, Date.now()),
});

export const putOwnPriceOperation = operation({
  id: "putOwnPrice",
  method: "PUT",
  path: "/api/accounts/{id}/prices",
  summary:
    "Give an account a price of its own for a model, or take it away: a price version, in force 2 s later",
  tag,
  permission: "prices.write",
  params: idParams,
  body: putOwnPriceBody,
  answer: ownPricesAnswer,
  etag: edited,
  current: ({ params }) => listOwnPrices(params.id, Date.now()),
  run: ({ actor, params, body }) => putOwnPrice(actor, params.id, body, Date.now()),
});
