/** What a person chose for tables: columns left out, by the table's name, and narrow rows. */
export type TablePrefs = { hidden: Readonly<Record<string, readonly string[]>>; isCompact: boolean };
export const noTablePrefs: TablePrefs = { hidden: {}, isCompact: false };
export const tablePrefsCookie = "tollgate-tables";

/** The cookie's text as preferences; anything else in it is as if nothing had been chosen. */
export function readTablePrefs(text: string | undefined): TablePrefs {
  const read = parse(text);
  if (typeof read !== "object" || read === null) return noTablePrefs;
  const hidden = "hidden" in read && typeof read.hidden === "object" ? Object.entries(read.hidden ?? {}) : [];
  return {
    hidden: Object.fromEntries(
      hidden.map(([table, columns]) => [
        table,
        Array.isArray(columns) ? columns.filter((one) => typeof one === "string") : [],
      ]),
    ),
    isCompact: "isCompact" in read && read.isCompact === true,
  };
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
