import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { SavedView as SavedViewRow } from "#lib/db/generated/client";
import type { CreateSavedView, SavedView } from "./schema.ts";

/** A person's views of one list, by name. There are few: no pages. */
export async function listSavedViews(userId: string, list: string): Promise<SavedView[]> {
  const rows = await prisma().savedView.findMany({ where: { userId, list }, orderBy: { name: "asc" } });
  return rows.map(toSavedView);
}

/** How many a person has, of all lists together. */
export async function countSavedViews(userId: string): Promise<number> {
  return prisma().savedView.count({ where: { userId } });
}

/** Saves a view; one of the same name is replaced, as when a file is saved again. */
export async function saveView(userId: string, view: CreateSavedView): Promise<SavedView> {
  const { list, name, query, hiddenColumns = [] } = view;
  const row = await prisma().savedView.upsert({
    where: { userId_list_name: { userId, list, name } },
    create: { userId, list, name, query, hiddenColumns },
    update: { query, hiddenColumns },
  });
  return toSavedView(row);
}

/** Whether there was one of this person's to delete. */
export async function deleteSavedView(userId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await prisma().savedView.deleteMany({ where: { id, userId } })).count > 0;
}

function toSavedView({ id, list, name, query, hiddenColumns, createdAt }: SavedViewRow): SavedView {
  return { id, list, name, query, hiddenColumns, createdAt: createdAt.toISOString() };
}
