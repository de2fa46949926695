import { z } from "zod";
import { operation } from "#lib/api/operation";
import {
  codeBatchAnswer,
  codeBatchPage,
  createCodeBatchBody,
  listCodeBatchesQuery,
  newCodeBatchAnswer,
  redeemCodeBody,
} from "#lib/codes/schema";
import { createCodes, redeemCode, revokeCodes } from "#lib/codes/service";
import { listBatches } from "#lib/codes/store";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { rechargeAnswer } from "#lib/recharges/schema";

const tag = "Recharges";

export const listCodeBatches = operation({
  id: "listCodeBatches",
  method: "GET",
  path: "/api/code-batches",
  summary: "Batches of redemption codes, newest first, and how many of each are redeemed",
  tag,
  permission: "recharges.read",
  query: listCodeBatchesQuery,
  answer: codeBatchPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    const batches = await listBatches(query.limit, after);
    return toPage(
      batches,
      query.limit,
      (batch) => batch,
      (batch) => [batch.id],
    );
  },
});

export const createCodeBatch = operation({
  id: "createCodeBatch",
  method: "POST",
  path: "/api/code-batches",
  summary: "Make redemption codes; they are shown this once",
  tag,
  permission: "recharges.write",
  body: createCodeBatchBody,
  answer: newCodeBatchAnswer,
  status: 201,
  idempotent: true,
  stepUp: true,
  run: ({ actor, body }) => createCodes(actor, body),
});

export const revokeCodeBatch = operation({
  id: "revokeCodeBatch",
  method: "POST",
  path: "/api/code-batches/{id}/revoke",
  summary: "Make what is left of a batch worthless",
  tag,
  permission: "recharges.write",
  params: idParams,
  answer: codeBatchAnswer,
  run: ({ actor, params }) => revokeCodes(actor, params.id),
});

export const redeemCodeOperation = operation({
  id: "redeemCode",
  method: "POST",
  path: "/api/recharges/redeem",
  summary: "Turn a code into credit",
  tag,
  permission: "payments.write",
  customers: { account: "body", answer: rechargeAnswer.omit({ note: true, providerRef: true }) },
  body: redeemCodeBody,
  answer: rechargeAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => redeemCode(actor, body),
});
