import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams, lineInput } from "#lib/core/shapes";
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
