import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams, lineInput } from "#lib/core/shapes";
import { type Grant, grantAnswer, grantPage, putGrantBody } from "#lib/groups/grant-schema";
import { getGrant, grantsOf, putGrant, revokeGrant } from "#lib/groups/grant-service";
import { linesAnswer } from "#lib/groups/line-schema";
import { linesOf } from "#lib/groups/line-service";
import {
  createGroupBody,
  type Group,
  groupAnswer,
  groupPage,
  listGroupsQuery,
  updateGroupBody,
} from "#lib/groups/schema";
import { createGroup, getGroup, listGroups, updateGroup } from "#lib/groups/service";

const tag = "Groups";
const edited = ({ accounts: _, ...rest }: Group) => rest;

export const listGroupsOperation = operation({
  id: "listGroups",
  method: "GET",
  path: "/api/groups",
  summary: "Groups with the multiplier in force",
  tag,
  permission: "groups.read",
  query: listGroupsQuery,
  answer: groupPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([lineInput(64)])) ?? [];
    const groups = await listGroups(query.limit, after);
    return toPage(
      groups,
      query.limit,
      (group) => group,
      (group) => [group.id],
    );
  },
});

export const getGroupOperation = operation({
  id: "getGroup",
  method: "GET",
  path: "/api/groups/{id}",
  summary: "One group",
  tag,
  permission: "groups.read",
  params: idParams,
  answer: groupAnswer,
  etag: edited,
  run: ({ params }) => getGroup(params.id),
});

export const createGroupOperation = operation({
  id: "createGroup",
  method: "POST",
  path: "/api/groups",
  summary: "Make a line; its multiplier is published with it",
  tag,
  permission: "groups.write",
  body: createGroupBody,
  answer: groupAnswer,
  status: 201,
  idempotent: true,
  etag: edited,
  run: ({ actor, body }) => createGroup(actor, body),
});

export const updateGroupOperation = operation({
  id: "updateGroup",
  method: "PATCH",
  path: "/api/groups/{id}",
  summary: "Change a line; another multiplier makes a price version, in force 2 s later",
  tag,
  permission: "groups.write",
  params: idParams,
  body: updateGroupBody,
  answer: groupAnswer,
  etag: edited,
  current: ({ params }) => getGroup(params.id),
  run: ({ actor, params, body }) => updateGroup(actor, params.id, body),
});

export const listLinesOperation = operation({
  id: "listLines",
  method: "GET",
  path: "/api/accounts/{id}/lines",
  summary: "The lines as an account sees them: which is its own, what each costs, what is activated",
  tag,
  permission: "limitRequests.read",
  customers: { account: "path" },
  params: idParams,
  answer: linesAnswer,
  async run({ params }) {
    return { items: await linesOf(params.id, new Date()), nextCursor: null };
  },
});

const grantParams = idParams.extend({ accountId: lineInput(64) });
const editedGrant = ({ models, expiresAt, modelEnds, note }: Grant) => ({
  models,
  expiresAt,
  modelEnds,
  note,
});

export const listGrantsOperation = operation({
  id: "listLineGrants",
  method: "GET",
  path: "/api/groups/{id}/grants",
  summary: "The accounts that a line's models are activated for",
  tag,
  permission: "groups.read",
  params: idParams,
  answer: grantPage,
  async run({ params }) {
    return { items: await grantsOf(params.id), nextCursor: null };
  },
});

export const getGrantOperation = operation({
  id: "getLineGrant",
  method: "GET",
  path: "/api/groups/{id}/grants/{accountId}",
  summary: "What of a line is activated for an account",
  tag,
  permission: "groups.read",
  params: grantParams,
  answer: grantAnswer,
  etag: editedGrant,
  run: ({ params }) => getGrant(params.id, params.accountId),
});

export const putGrantOperation = operation({
  id: "putLineGrant",
  method: "PUT",
  path: "/api/groups/{id}/grants/{accountId}",
  summary: "Activate a line's models for an account, for ever or until a time",
  tag,
  permission: "groups.write",
  params: grantParams,
  body: putGrantBody,
  answer: grantAnswer,
  etag: editedGrant,
  current: ({ params }) => getGrant(params.id, params.accountId),
  run: ({ actor, params, body }) => putGrant(actor, params.id, params.accountId, body),
});

export const revokeGrantOperation = operation({
  id: "revokeLineGrant",
  method: "DELETE",
  path: "/api/groups/{id}/grants/{accountId}",
  summary: "Take a grant back: the next call is refused, on every node within a second",
  tag,
  permission: "groups.write",
  params: grantParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => revokeGrant(actor, params.id, params.accountId),
});
