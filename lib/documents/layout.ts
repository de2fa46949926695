/** One column of a table: `share` of the width; figures stand right. */
export type Column = { label: string; share: number; align?: "left" | "right" };

/** A table with what its columns sum to below it. */
export type DocumentTable = {
  heading?: string;
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  totals?: readonly (readonly string[])[];
};

/** A page that somebody keeps: a receipt, a statement. All words are in the reader's language already. */
export type DocumentSpec = {
  title: string;
  /** Whose paper it is: name, and the logo as a PNG. */
  brand: { name: string; logo: Uint8Array | null };
  /** What it is about, line by line. */
  facts: readonly (readonly [label: string, value: string])[];
  tables: readonly DocumentTable[];
  /** Smaller words below. */
  notes: readonly string[];
  /** "Page {page} of {pages}". */
  pageLabel: string;
  createdAt: Date;
};

export const pageSize = { width: 595.28, height: 841.89, margin: 56 };

/** Where each column begins and how wide it is, in points, side by side over `width` with `gap` between. */
export function columnPlaces(
  columns: readonly Column[],
  width: number,
  gap = 12,
): { x: number; width: number }[] {
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  const room = width - gap * (columns.length - 1);
  let x = 0;
  return columns.map(({ share }) => {
    const place = { x, width: (room * share) / shares };
    x += place.width + gap;
    return place;
  });
}
