import { z } from "zod";
import { operation } from "#lib/api/operation";
import { toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import { positionOf, sortedPosition } from "#lib/core/sort";
import { patternAnswer } from "#lib/detection/schema";
import { profileOf } from "#lib/detection/service";
import { countHygiene } from "#lib/keys/hygiene-store";
import {
  bulkKeysAnswer,
  bulkKeysBody,
  keySecrets,
  rotatedKeyAnswer,
  rotateKeyBody,
} from "#lib/keys/rotation-schema";
import { changeKeys, endOverlap, listSecrets, rotateKey } from "#lib/keys/rotation-service";
import {
  createdKeyAnswer,
  createKeyBody,
  hygieneAnswer,
  hygieneQuery,
  type Key,
  keyAnswer,
  keyPage,
  listKeysQuery,
  updateKeyBody,
} from "#lib/keys/schema";
import { createKey, deleteKey, getKey, updateKey } from "#lib/keys/service";
import { findOwner, listKeys } from "#lib/keys/store";

const tag = "API keys";

/** What customers may not set on their keys: another line is a matter of price, limits are the operators' to give. */
const ofOperators = { group: true, limits: true } as const;

/** Whose key it is. */
async function accountOfKey({ params }: { params: { id: string } }): Promise<string> {
  return (await getKey(params.id)).accountId;
}

/** What a person edits; spend and last use move by themselves. */
const edited = ({
  lastUsedAt: _,
  lastUsedIp: __,
  calls24h: ___,
  budget,
  accountName: ____,
  ...rest
}: Key) => ({
  ...rest,
  budget: budget && { amount: budget.amount, period: budget.period },
});

export const listKeysOperation = operation({
  id: "listKeys",
  method: "GET",
  path: "/api/keys",
  summary: "API keys, newest first unless sorted; never with their secrets",
  tag,
  permission: "keys.read",
  customers: { account: "query" },
  query: listKeysQuery,
  answer: keyPage,
  async run({ query }) {
    const after = sortedPosition(query.cursor, query.sort);
    const keys = await listKeys(query, Date.now(), after);
    return toPage(
      keys,
      query.limit,
      (key) => key,
      (key) => positionOf(query.sort, key),
    );
  },
});

export const getKeyHygieneOperation = operation({
  id: "getKeyHygiene",
  method: "GET",
  path: "/api/keys/hygiene",
  summary: "How many active keys are never used, idle, without expiry or budget, or used from many networks",
  tag,
  permission: "keys.read",
  customers: { account: "query" },
  query: hygieneQuery,
  answer: hygieneAnswer,
  run: ({ query }) => countHygiene(query.accountId),
});

export const createKeyOperation = operation({
  id: "createKey",
  method: "POST",
  path: "/api/keys",
  summary: "Create an API key; its secret is in this answer and nowhere else",
  tag,
  permission: "keys.write",
  customers: { account: "body", body: createKeyBody.omit(ofOperators) },
  body: createKeyBody,
  answer: createdKeyAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => createKey(actor, body),
});

export const getKeyOperation = operation({
  id: "getKey",
  method: "GET",
  path: "/api/keys/{id}",
  summary: "One API key",
  tag,
  permission: "keys.read",
  customers: { account: accountOfKey },
  params: idParams,
  answer: keyAnswer,
  etag: edited,
  run: ({ params }) => getKey(params.id),
});

export const updateKeyOperation = operation({
  id: "updateKey",
  method: "PATCH",
  path: "/api/keys/{id}",
  summary: "Change an API key; disabling refuses its calls at once",
  tag,
  permission: "keys.write",
  customers: { account: accountOfKey, body: updateKeyBody.omit(ofOperators) },
  params: idParams,
  body: updateKeyBody,
  answer: keyAnswer,
  etag: edited,
  current: ({ params }) => getKey(params.id),
  run: ({ actor, params, body }) => updateKey(actor, params.id, body),
});

export const deleteKeyOperation = operation({
  id: "deleteKey",
  method: "DELETE",
  path: "/api/keys/{id}",
  summary: "Delete an API key for good; logs keep its name",
  tag,
  permission: "keys.write",
  customers: { account: accountOfKey },
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => deleteKey(actor, params.id),
});

export const rotateKeyOperation = operation({
  id: "rotateKey",
  method: "POST",
  path: "/api/keys/{id}/rotate",
  summary: "Give a key a new secret; the old one is accepted for the overlap, then nowhere",
  tag,
  permission: "keys.write",
  customers: { account: accountOfKey },
  params: idParams,
  body: rotateKeyBody,
  answer: rotatedKeyAnswer,
  idempotent: true,
  run: ({ actor, params, body }) => rotateKey(actor, params.id, body.overlapSeconds),
});

export const listKeySecretsOperation = operation({
  id: "listKeySecrets",
  method: "GET",
  path: "/api/keys/{id}/secrets",
  summary: "The secrets of a key as they are recognised, and what rotated-out ones were still used for",
  tag,
  permission: "keys.read",
  customers: { account: accountOfKey },
  params: idParams,
  answer: keySecrets,
  async run({ params }) {
    return { items: await listSecrets(params.id), nextCursor: null };
  },
});

export const getKeyPatternOperation = operation({
  id: "getKeyPattern",
  method: "GET",
  path: "/api/keys/{id}/pattern",
  summary: "How a key is usually used: its networks, hours, models, clients and pace, as they were learnt",
  tag,
  permission: "keys.read",
  customers: { account: accountOfKey },
  params: idParams,
  answer: patternAnswer,
  async run({ params }) {
    await getKey(params.id);
    return profileOf(params.id);
  },
});

export const endKeyOverlapOperation = operation({
  id: "endKeyOverlap",
  method: "DELETE",
  path: "/api/keys/{id}/secrets",
  summary: "End the overlap of a rotation now: every secret but the newest",
  tag,
  permission: "keys.write",
  customers: { account: accountOfKey },
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => endOverlap(actor, params.id),
});

export const changeKeysOperation = operation({
  id: "changeKeys",
  method: "POST",
  path: "/api/keys/bulk",
  summary: "Enable, disable, delete, restore (within 24 h) or rotate up to 200 keys: all or none",
  tag,
  permission: "keys.write",
  customers: { account: async ({ body }) => (await findOwner(body.ids)) ?? "" },
  body: bulkKeysBody,
  answer: bulkKeysAnswer,
  idempotent: true,
  async run({ actor, body }) {
    return { items: await changeKeys(actor, body) };
  },
});
