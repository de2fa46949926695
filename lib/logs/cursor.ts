import { createHash } from "node:crypto";
import { AppError } from "#lib/core/errors";

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
