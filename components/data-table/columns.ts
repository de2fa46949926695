import {
  type ColumnDef,
  createColumnHelper,
  type DisplayColumnDef,
  metaHelper,
  type RowData,
  tableFeatures,
} from "@tanstack/react-table";
import type { ColumnWidths } from "./read-table-prefs.ts";

/**
 * How a column looks. `width` in px for what must not be cut, `share` of the table in percent for what names the row; columns
 * with neither divide what is left. `card` = its place when rows become cards.
 */
export type ColumnLook = {
  width?: number;
  share?: number;
  align?: "right";
  mono?: boolean;
  card?: "title" | "aside" | "line" | "lineAside";
  /** On a card the column's name stands before the value, where that alone would not say what it is. */
  cardLabel?: true;
  /** Read to screen readers instead of an empty header. */
  hiddenHeader?: boolean;
  /** Left out until someone chooses it. */
  isExtra?: boolean;
  /** What the list's `sort` calls it, where the API can sort by it. */
  sort?: string;
};

export const features = tableFeatures({ columnMeta: metaHelper<ColumnLook>() });
export type Features = typeof features;

export type Column<T extends RowData> = ColumnDef<Features, T, unknown>;
type Look<T extends RowData> = Omit<DisplayColumnDef<Features, T, unknown>, "id" | "header"> & {
  id: string;
  header: string;
};

/**
 * `tableColumns<Key>()` gives the helper with which a feature names its columns: `value` for what also stands in a CSV
 * file, `display` for what only people see.
 */
export function tableColumns<T extends RowData>() {
  const helper = createColumnHelper<Features, T>();
  return {
    value: (read: (row: T) => string | number | boolean | null, look: Look<T>) =>
      helper.accessor((row: T): unknown => read(row), look),
    display: (look: Look<T>) => helper.display(look),
    columns: (columns: Column<T>[]) => columns,
  };
}

/** The columns that are not hidden; the first always stays, for it names the row. */
export function shownColumns<T extends RowData>(
  columns: readonly Column<T>[],
  hidden: readonly string[],
): Column<T>[] {
  return columns.filter((column, index) => index === 0 || !hidden.includes(column.id ?? ""));
}

/** What is hidden: as it was chosen, or else the columns that are extra. */
export function hiddenColumns<T extends RowData>(
  columns: readonly Column<T>[],
  chosen: readonly string[] | undefined,
): readonly string[] {
  return chosen ?? columns.flatMap(({ id, meta }) => (meta?.isExtra === true ? [id ?? ""] : []));
}

/** In px, of a column that divides what is left. */
export const leastSharedWidth = 90;

/**
 * How wide a column is: as it says, or, once someone has drawn widths, in px, where the last one takes what is left.
 * Undefined: it divides what is left with others.
 */
export function columnWidth<T extends RowData>(
  { id, meta }: Pick<Column<T>, "id" | "meta">,
  widths: ColumnWidths | undefined,
  isLast: boolean,
): number | string | undefined {
  if (widths === undefined) return meta?.width ?? (meta?.share === undefined ? undefined : `${meta.share}%`);
  return isLast ? undefined : (widths[id ?? ""] ?? meta?.width ?? leastSharedWidth);
}

/** Of drawn widths those that are not what a column would have anyway once widths are drawn. */
export function ownWidths<T extends RowData>(
  columns: readonly Pick<Column<T>, "id" | "meta">[],
  widths: ColumnWidths,
): ColumnWidths {
  const usual = new Map(columns.map(({ id, meta }) => [id, meta?.width ?? leastSharedWidth]));
  return Object.fromEntries(Object.entries(widths).filter(([id, width]) => usual.get(id) !== width));
}

/** The width in px below which the table scrolls sideways rather than get narrower. */
export function leastWidth<T extends RowData>(
  columns: readonly Pick<Column<T>, "id" | "meta">[],
  widths: ColumnWidths | undefined,
): number {
  return columns.reduce((total, column, index) => {
    const drawn =
      widths === undefined ? undefined : columnWidth(column, widths, index === columns.length - 1);
    return total + (typeof drawn === "number" ? drawn : (column.meta?.width ?? leastSharedWidth));
  }, 0);
}
