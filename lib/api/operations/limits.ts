import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { getKey } from "#lib/keys/service";
import { listApplied } from "#lib/limits/applied-service";
import {
  appliedLimitsAnswer,
  appliedLimitsQuery,
  limitAnswer,
  limitPage,
  listLimitsQuery,
  putLimitBody,
} from "#lib/limits/schema";
import { deleteLimit, getLimit, putLimit } from "#lib/limits/service";
import { listLimits } from "#lib/limits/store";

const tag = "Limits";

async function accountOfKey(keyId: string): Promise<string> {
  return (await getKey(keyId)).accountId;
}

export const listLimitsOperation = operation({
  id: "listLimits",
  method: "GET",
  path: "/api/limits",
  summary: "Limits as they are set: what passes per minute, or runs at once",
  tag,
  permission: "limits.read",
  query: listLimitsQuery,
  answer: limitPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listLimits(query, after),
      query.limit,
      (limit) => limit,
      (limit) => [limit.id],
    );
  },
});

export const putLimitOperation = operation({
  id: "putLimit",
  method: "PUT",
  path: "/api/limits",
  summary: "Set a limit, new or not; in force on every node within a second",
  tag,
  permission: "limits.write",
  body: putLimitBody,
  answer: limitAnswer,
  run: ({ actor, body }) => putLimit(actor, body),
});

export const appliedLimitsOperation = operation({
  id: "listAppliedLimits",
  method: "GET",
  path: "/api/limits/applied",
  summary: "Which limits apply to an API key and a model, where from, and how much of them is used",
  tag,
  permission: "limits.read",
  customers: { account: ({ query }) => accountOfKey(query.keyId) },
  query: appliedLimitsQuery,
  answer: appliedLimitsAnswer,
  async run({ query }) {
    return { items: await listApplied(query.keyId, query.model), nextCursor: null };
  },
});

export const getLimitOperation = operation({
  id: "getLimit",
  method: "GET",
  path: "/api/limits/{id}",
  summary: "One limit",
  tag,
  permission: "limits.read",
  params: idParams,
  answer: limitAnswer,
  run: ({ params }) => getLimit(params.id),
});

export const deleteLimitOperation = operation({
  id: "deleteLimit",
  method: "DELETE",
  path: "/api/limits/{id}",
  summary: "Take a limit away",
  tag,
  permission: "limits.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => deleteLimit(actor, params.id),
});
