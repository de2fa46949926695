import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams, lineInput } from "#lib/core/shapes";
import { publicPricesAnswer, publicPricesQuery } from "#lib/models/public-schema";
import { publicPrices } from "#lib/models/public-service";
import { listModelsQuery, modelAnswer, modelPage, putModelBody } from "#lib/models/schema";
import { getModel, listModels } from "#lib/models/service";
import { putModel } from "#lib/models/update-service";

const tag = "Models and prices";

export const listModelsOperation = operation({
  id: "listModels",
  method: "GET",
  path: "/api/models",
  summary: "The catalogue, by vendor and id unless sorted: official price, our price, multipliers, drift",
  tag,
  permission: "models.read",
  query: listModelsQuery,
  answer: modelPage,
  async run({ query }) {
    const position = z.tuple([z.literal(query.sort), lineInput(64), lineInput(256)]);
    const [, vendor, id] = decodeCursor(query.cursor, position) ?? [];
    const after = vendor === undefined || id === undefined ? undefined : ([vendor, id] as const);
    const models = await listModels(query, after);
    return toPage(
      models,
      query.limit,
      (model) => model,
      (model) => [query.sort, model.vendor, model.id],
    );
  },
});

export const publicPricesOperation = operation({
  id: "listPublicPrices",
  method: "GET",
  path: "/api/pricing",
  summary:
    "Prices for everybody, without signing in: ours and the official one, why they differ, what is to come",
  tag,
  permission: "public",
  query: publicPricesQuery,
  answer: publicPricesAnswer,
  run({ query, answerHeaders }) {
    // The same for all who ask, and at most this much behind a version's first moment.
    answerHeaders.set("cache-control", "public, max-age=5");
    return publicPrices(query, Date.now());
  },
});

export const getModelOperation = operation({
  id: "getModel",
  method: "GET",
  path: "/api/models/{id...}",
  summary: "One model; its id may contain slashes, plain or percent-encoded",
  tag,
  permission: "models.read",
  params: idParams,
  answer: modelAnswer,
  etag: ({ channels: _, sold: __, ...rest }) => rest,
  run: ({ params }) => getModel(params.id),
});

export const putModelOperation = operation({
  id: "putModel",
  method: "PUT",
  path: "/api/models/{id...}",
  summary: "Set what is known of a model; a price in it makes a price version, in force 2 s later",
  tag,
  permission: "models.write",
  params: idParams,
  body: putModelBody,
  answer: modelAnswer,
  etag: ({ channels: _, sold: __, ...rest }) => rest,
  current: ({ params }) => getModel(params.id),
  run: ({ actor, params, body }) => putModel(actor, params.id, body),
});
