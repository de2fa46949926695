import { createColumnHelper, metaHelper, type RowData, tableFeatures } from "@tanstack/react-table";

/** How a column looks. `width` in px for what must not be cut; columns without share what is left; `card` = its place when rows become cards. */
export type ColumnLook = {
  width?: number;
  align?: "right";
  mono?: boolean;
  card?: "title" | "aside" | "line" | "lineAside";
  /** Read to screen readers instead of an empty header. */
  hiddenHeader?: boolean;
};

export const features = tableFeatures({ columnMeta: metaHelper<ColumnLook>() });
export type Features = typeof features;

/** `tableColumns<Key>()` gives the helper with which a feature names its columns. */
export function tableColumns<T extends RowData>() {
  return createColumnHelper<Features, T>();
}
