import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams, lineInput } from "#lib/core/shapes";
import { groupAnswer, groupPage, listGroupsQuery } from "#lib/groups/schema";
import { getGroup, listGroups } from "#lib/groups/service";

const tag = "Groups";

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
  etag: ({ id, name, description, multiplier }) => ({ id, name, description, multiplier }),
  run: ({ params }) => getGroup(params.id),
});
