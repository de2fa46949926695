import { z } from "zod";
import { operation } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import { findPriceVersion, listPriceVersions } from "#lib/pricing/store";
import { listPriceVersionsQuery, priceVersionDetail, priceVersionPage } from "#lib/pricing/version-schema";

const tag = "Models and prices";

export const listPriceVersionsOperation = operation({
  id: "listPriceVersions",
  method: "GET",
  path: "/api/prices/versions",
  summary: "Price versions, newest first",
  tag,
  permission: "prices.read",
  query: listPriceVersionsQuery,
  answer: priceVersionPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([z.int32()])) ?? [];
    const versions = await listPriceVersions(query.limit, after);
    return toPage(
      versions,
      query.limit,
      (version) => version,
      (version) => [version.number],
    );
  },
});

export const getPriceVersionOperation = operation({
  id: "getPriceVersion",
  method: "GET",
  path: "/api/prices/versions/{id}",
  summary: "One price version with everything it names",
  tag,
  permission: "prices.read",
  params: idParams,
  answer: priceVersionDetail,
  etag: true,
  async run({ params }) {
    const version = await findPriceVersion(params.id);
    if (version === undefined) throw notFound("price version");
    return version;
  },
});
