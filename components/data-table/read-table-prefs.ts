/** Widths in px that a person drew for columns, by their ids. */
export type ColumnWidths = Readonly<Record<string, number>>;

/** What a person chose for tables: columns left out and columns' widths, by the table's name, and narrow rows. */
export type TablePrefs = {
  hidden: Readonly<Record<string, readonly string[]>>;
  widths: Readonly<Record<string, ColumnWidths>>;
  isCompact: boolean;
  /** The tables' names, the one chosen for last at the end. */
  touched: readonly string[];
};
export const noTablePrefs: TablePrefs = { hidden: {}, widths: {}, isCompact: false, touched: [] };
export const tablePrefsCookie = "tollgate-tables";
/** Browsers refuse a cookie of more than 4,096 bytes, name and value together, without a word. */
export const mostCookieBytes = 4_000;

/** Narrower one finds no edge to draw it wider again; wider nobody reads. */
export const leastColumnWidth = 48;
export const mostColumnWidth = 1200;

/** The cookie's text as preferences; anything else in it is as if nothing had been chosen. */
export function readTablePrefs(text: string | undefined): TablePrefs {
  const read = record(parse(text));
  return {
    hidden: mapped(read.hidden, texts),
    widths: mapped(read.widths, (widths) =>
      Object.fromEntries(
        Object.entries(record(widths)).filter((one): one is [string, number] => isWidth(one[1])),
      ),
    ),
    isCompact: read.isCompact === true,
    touched: texts(read.touched),
  };
}

/** The cookie's text, encoded: the tables that were chosen for longest ago are left out where all would be too much. */
export function tablePrefsText({ hidden, widths, isCompact, touched }: TablePrefs): string {
  const tables = new Set([...Object.keys(hidden), ...Object.keys(widths)]);
  const known = touched.filter((name) => tables.has(name));
  const oldestFirst = [...new Set([...[...tables].filter((name) => !known.includes(name)), ...known])];
  for (let left = 0; ; left++) {
    const kept = oldestFirst.slice(left);
    const prefs: TablePrefs = {
      hidden: picked(hidden, kept),
      widths: picked(widths, kept),
      isCompact,
      touched: kept,
    };
    const text = encodeURIComponent(JSON.stringify(prefs));
    if (text.length <= mostCookieBytes || kept.length === 0) return text;
  }
}

/** With what was chosen for one table; undefined takes back what had been. */
export function chosenFor<K extends "hidden" | "widths">(
  prefs: TablePrefs,
  table: string,
  kind: K,
  choice: TablePrefs[K][string] | undefined,
): TablePrefs {
  const { [table]: _before, ...others } = prefs[kind];
  return {
    ...prefs,
    [kind]: choice === undefined ? others : { ...others, [table]: choice },
    touched: [...prefs.touched.filter((name) => name !== table), table],
  };
}

function picked<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
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
