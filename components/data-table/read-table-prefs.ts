/** Widths in px that a person drew for columns, by their ids. */
export type ColumnWidths = Readonly<Record<string, number>>;

/** What a person chose for tables: columns left out and columns' widths, by the table's name, and narrow rows. */
export type TablePrefs = {
  hidden: Readonly<Record<string, readonly string[]>>;
  widths: Readonly<Record<string, ColumnWidths>>;
  isCompact: boolean;
};
export const noTablePrefs: TablePrefs = { hidden: {}, widths: {}, isCompact: false };
export const tablePrefsCookie = "tollgate-tables";

/** Narrower one finds no edge to draw it wider again; wider nobody reads. */
export const leastColumnWidth = 48;
export const mostColumnWidth = 1200;

/** The cookie's text as preferences; anything else in it is as if nothing had been chosen. */
export function readTablePrefs(text: string | undefined): TablePrefs {
  const read = record(parse(text));
  return {
    hidden: mapped(read.hidden, (columns) =>
      Array.isArray(columns) ? columns.filter((one) => typeof one === "string") : [],
    ),
    widths: mapped(read.widths, (widths) =>
      Object.fromEntries(
        Object.entries(record(widths)).filter((one): one is [string, number] => isWidth(one[1])),
      ),
    ),
    isCompact: read.isCompact === true,
  };
}

function isWidth(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= leastColumnWidth && Number(value) <= mostColumnWidth;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function mapped<T>(value: unknown, each: (one: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record(value)).map(([name, one]) => [name, each(one)]));
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
