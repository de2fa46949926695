import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import { previewAnswer, previewBody } from "#lib/pricing/preview-schema";
import { previewPriceVersion } from "#lib/pricing/preview-service";
import { listPriceVersions } from "#lib/pricing/store";
import { exportPriceVersion, importPriceVersion } from "#lib/pricing/transfer-service";
import {
  createPriceVersionBody,
  diffPriceVersionQuery,
  exportPriceVersionQuery,
  importPriceVersionBody,
  listPriceVersionsQuery,
  mostPriceListBytes,
  type PriceVersionDetail,
  priceDiffAnswer,
  priceVersionDetail,
  priceVersionPage,
  publishPriceVersionBody,
  rollBackBody,
  updatePriceVersionBody,
} from "#lib/pricing/version-schema";
import {
  createPriceVersion,
  diffPriceVersions,
  discardPriceVersion,
  getPriceVersion,
  publishPriceVersion,
  rollBackTo,
  updatePriceVersion,
} from "#lib/pricing/version-service";

const tag = "Models and prices";
/** What people edit: the state moves by itself when its time comes. */
const edited = ({ state, ...rest }: PriceVersionDetail) => ({ ...rest, isDraft: state === "draft" });

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

export const createPriceVersionOperation = operation({
  id: "createPriceVersion",
  method: "POST",
  path: "/api/prices/versions",
  summary: "Draft a price version; nothing costs anything else until it is published",
  tag,
  permission: "prices.write",
  body: createPriceVersionBody,
  maxBodyBytes: mostPriceListBytes,
  answer: priceVersionDetail,
  status: 201,
  idempotent: true,
  etag: edited,
  run: ({ actor, body }) => createPriceVersion(actor, body),
});

export const importPriceVersionOperation = operation({
  id: "importPriceVersion",
  method: "POST",
  path: "/api/prices/versions/import",
  summary: "Draft a price version from CSV, a spreadsheet's cells or JSON, all of it or none",
  tag,
  permission: "prices.write",
  body: importPriceVersionBody,
  maxBodyBytes: mostPriceListBytes,
  answer: priceVersionDetail,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => importPriceVersion(actor, body),
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
  etag: edited,
  run: ({ params }) => getPriceVersion(params.id),
});

export const updatePriceVersionOperation = operation({
  id: "updatePriceVersion",
  method: "PATCH",
  path: "/api/prices/versions/{id}",
  summary: "Change a draft; `entries` replaces everything that it names",
  tag,
  permission: "prices.write",
  params: idParams,
  body: updatePriceVersionBody,
  maxBodyBytes: mostPriceListBytes,
  answer: priceVersionDetail,
  etag: edited,
  current: ({ params }) => getPriceVersion(params.id),
  run: ({ actor, params, body }) => updatePriceVersion(actor, params.id, body),
});

export const discardPriceVersionOperation = operation({
  id: "discardPriceVersion",
  method: "DELETE",
  path: "/api/prices/versions/{id}",
  summary: "Discard a draft; published versions stay for ever",
  tag,
  permission: "prices.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => discardPriceVersion(actor, params.id),
});

export const publishPriceVersionOperation = operation({
  id: "publishPriceVersion",
  method: "POST",
  path: "/api/prices/versions/{id}/publish",
  summary:
    "Publish a draft: in force from `effectiveAt`, at the earliest in 2 s, at the same instant on every node",
  tag,
  permission: "prices.write",
  params: idParams,
  body: publishPriceVersionBody,
  answer: priceVersionDetail,
  idempotent: true,
  etag: edited,
  current: ({ params }) => getPriceVersion(params.id),
  run: ({ actor, params, body }) => publishPriceVersion(actor, params.id, body.effectiveAt),
});

export const rollBackPricesOperation = operation({
  id: "rollBackPrices",
  method: "POST",
  path: "/api/prices/versions/{id}/rollback",
  summary: "Draft a version that brings every price back to what it was under this one",
  tag,
  permission: "prices.write",
  params: idParams,
  body: rollBackBody,
  answer: priceVersionDetail,
  status: 201,
  idempotent: true,
  run: ({ actor, params, body }) => rollBackTo(actor, params.id, body.reason),
});

export const diffPriceVersionsOperation = operation({
  id: "diffPriceVersions",
  method: "GET",
  path: "/api/prices/versions/{id}/diff",
  summary: "What differs between two versions, or from what stood before",
  tag,
  permission: "prices.read",
  params: idParams,
  query: diffPriceVersionQuery,
  answer: priceDiffAnswer,
  async run({ params, query }) {
    return { items: await diffPriceVersions(params.id, query.against), nextCursor: null };
  },
});

export const previewPriceVersionOperation = operation({
  id: "previewPriceVersion",
  method: "POST",
  path: "/api/prices/versions/{id}/preview",
  summary:
    "What the last days' usage would have cost under a version: revenue, margin, who pays more, what is refused",
  tag,
  permission: "prices.read",
  params: idParams,
  body: previewBody,
  answer: previewAnswer,
  run: ({ params, body }) => previewPriceVersion(params.id, body.days),
});

export const exportPriceVersionOperation = operation({
  id: "exportPriceVersion",
  method: "GET",
  path: "/api/prices/versions/{id}/export",
  summary: "A version as CSV or JSON, which the import reads",
  tag,
  permission: "prices.read",
  params: idParams,
  query: exportPriceVersionQuery,
  answer: downloadAnswer,
  download: ["text/csv", "application/json"],
  async run({ params, query }) {
    const { number } = await getPriceVersion(params.id);
    const text = await exportPriceVersion(params.id, query.format, query.all);
    return {
      body: new Blob([text]).stream(),
      contentType: query.format === "csv" ? "text/csv; charset=utf-8" : "application/json",
      fileName: `prices-version-${number}${query.all ? "-all" : ""}.${query.format}`,
    };
  },
});
