import { z } from "zod";
import { decodeCursor } from "./page.ts";
import { idInput } from "./shapes.ts";
import { type Sort, sorts } from "./sorts.ts";

export const sortField = { sort: z.enum(sorts).default("-createdAt") };

/** Where a page ended: the last row's name and id, in one order. */
export type SortedPosition = { name: string; id: string };

/** Reads a cursor that belongs to `sort`. Throws 422 `invalid_fields` for one of another order. */
export function sortedPosition(cursor: string | undefined, sort: Sort): SortedPosition | undefined {
  const position = decodeCursor(cursor, z.tuple([z.literal(sort), z.string(), idInput]));
  return position && { name: position[1], id: position[2] };
}

/** What a cursor of that order holds. */
export function positionOf(sort: Sort, { name, id }: SortedPosition): readonly string[] {
  return [sort, sort.endsWith("name") ? name : "", id];
}

type Order = "asc" | "desc";

/**
 * The order of a page, and what comes after a position: names may be equal, ids never are, so nothing is left out or
 * repeated while rows come and go. Ids are UUIDv7: their order is the order of creation.
 */
export function sortedPage(sort: Sort, after: SortedPosition | undefined) {
  const order: Order = sort.startsWith("-") ? "desc" : "asc";
  const beyond = order === "asc" ? "gt" : "lt";
  if (!sort.endsWith("name")) {
    return { orderBy: [{ id: order }], after: after === undefined ? {} : { id: { [beyond]: after.id } } };
  }
  const rest = after && {
    OR: [{ name: { [beyond]: after.name } }, { name: after.name, id: { [beyond]: after.id } }],
  };
  return { orderBy: [{ name: order }, { id: order }], after: rest ?? {} };
}
