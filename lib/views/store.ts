import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { SavedView as SavedViewRow } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import type { CreateSavedView, SavedView } from "./schema.ts";

/** A person's views of one list, by name. There are few: no pages. */
export async function listSavedViews(userId: string, list: string): Promise<SavedView[]> {
  const rows = await prisma().savedView.findMany({ where: { userId, list }, orderBy: { name: "asc" } });
  return rows.map(toSavedView);
}

/**
 * Saves a view; one of the same name is replaced, as when a file is saved again. Undefined: the person has `most` others,
 * of all lists together.
 */
export async function saveView(
  userId: string,
  view: CreateSavedView,
  most: number,
): Promise<SavedView | undefined> {
  const { list, name, query, hiddenColumns = [] } = view;
  return inTransaction(async (tx) => {
    // Two at once would both find room for one.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('views ' || ${userId}, 0))`;
    const others = await tx.savedView.count({ where: { userId, NOT: { list, name } } });
    if (others >= most) return undefined;
    const row = await tx.savedView.upsert({
      where: { userId_list_name: { userId, list, name } },
      create: { userId, list, name, query, hiddenColumns },
      update: { query, hiddenColumns },
    });
    return toSavedView(row);
  });
}

/** Whether there was one of this person's to delete. */
export async function deleteSavedView(userId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await prisma().savedView.deleteMany({ where: { id, userId } })).count > 0;
}

function toSavedView({ id, list, name, query, hiddenColumns, createdAt }: SavedViewRow): SavedView {
  return { id, list, name, query, hiddenColumns, createdAt: createdAt.toISOString() };
}
