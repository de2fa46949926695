import { createHash } from "node:crypto";
import type { ZodType } from "zod";
import { AppError, invalidFields } from "./errors.ts";
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

/** What a filter asks for in a few characters, for a cursor to carry: another filter has another mark. */
export function filterMark(filter: Readonly<Record<string, unknown>>): string {
  const asked = Object.entries(filter).filter(
    ([name, value]) => value !== undefined && name !== "cursor" && name !== "limit",
  );
  const text = JSON.stringify(asked.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(text).digest("base64url").slice(0, 10);
}

/** Throws 400 `invalid_cursor` for a cursor that was given for another filter. */
export function refuseForeignCursor(given: string, own: string): void {
  if (given === own) return;
  const message = "This cursor belongs to another filter: start that list from its first page.";
  throw new AppError({ code: "invalid_cursor", status: 400, message });
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
