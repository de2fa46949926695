import type { ZodType } from "zod";
import { invalidFields } from "./errors.ts";
import type { PageOf } from "./shapes.ts";

/** A keyset position as an opaque text: what the last item of a page was ordered by. */
export function encodeCursor(position: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * Reads a cursor back; `position` is the zod tuple that encodeCursor was given. Without a cursor: undefined,
 * the first page. Throws 422 `invalid_fields` for one that we did not write.
 */
export function decodeCursor<Position>(
  cursor: string | undefined,
  position: ZodType<Position>,
): Position | undefined {
  if (cursor === undefined) return undefined;
  const read = position.safeParse(parseCursor(cursor));
  if (!read.success) throw invalidFields({ cursor: "this is no cursor of this list" });
  return read.data;
}

/** A page from up to `limit` + 1 rows: the row too many only says that there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  positionOf: (row: Row) => readonly (string | number | null)[],
): PageOf<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: more ? encodeCursor(positionOf(last)) : null };
}

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
