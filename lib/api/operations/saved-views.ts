import { z } from "zod";
import type { Actor } from "#lib/api/operation";
import { operation } from "#lib/api/operation";
import { AppError, notFound } from "#lib/core/errors";
import { idParams } from "#lib/core/shapes";
import { createSavedViewBody, listSavedViewsQuery, savedViewAnswer, savedViewList } from "#lib/views/schema";
import { deleteSavedView, listSavedViews, saveView } from "#lib/views/store";

const tag = "Saved views";
const most = 200;

export const listSavedViewsOperation = operation({
  id: "listSavedViews",
  method: "GET",
  path: "/api/saved-views",
  summary: "One's own saved views of a list",
  tag,
  permission: "me.read",
  query: listSavedViewsQuery,
  answer: savedViewList,
  run: async ({ actor, query }) => ({
    items: await listSavedViews(personOf(actor), query.list),
    nextCursor: null,
  }),
});

export const saveViewOperation = operation({
  id: "saveView",
  method: "POST",
  path: "/api/saved-views",
  summary: "Save a list's filters and columns under a name; the same name again replaces it",
  tag,
  permission: "me.write",
  body: createSavedViewBody,
  answer: savedViewAnswer,
  status: 201,
  idempotent: true,
  async run({ actor, body }) {
    const userId = personOf(actor);
    const saved = await saveView(userId, body, most);
    if (saved !== undefined) return saved;
    throw new AppError({
      code: "too_many_views",
      status: 409,
      message: `There are ${most} saved views already. Delete one first.`,
    });
  },
});

export const deleteViewOperation = operation({
  id: "deleteSavedView",
  method: "DELETE",
  path: "/api/saved-views/{id}",
  summary: "Delete one of one's own saved views",
  tag,
  permission: "me.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  async run({ actor, params }) {
    if (!(await deleteSavedView(personOf(actor), params.id))) throw notFound("saved view");
  },
});

/** Views are people's; a program keeps its filters itself. */
function personOf(actor: Actor): string {
  if (actor.type === "user") return actor.id;
  throw new AppError({ code: "forbidden", status: 403, message: "A token has no saved views." });
}
