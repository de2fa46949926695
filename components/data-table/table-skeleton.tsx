import type { RowData, Table } from "@tanstack/react-table";
import type { CSSProperties } from "react";
import { type Features, leastWidth } from "./columns.ts";
import classes from "./data-table.module.css";
import type { ColumnWidths } from "./read-table-prefs.ts";
import type { Sorting } from "./sorting.ts";
import { TableHead } from "./table-head.tsx";

const ROWS = Array.from({ length: 12 }, (_, row) => row);
const noChoice = { isAll: false, isSome: false, onAll: () => {} };

type Props<T extends RowData> = {
  table: Table<Features, T>;
  sorting: Sorting | undefined;
  /** Rows will have a box to choose them by. */
  hasChoice: boolean;
  widths: ColumnWidths | undefined;
  isCompact: boolean;
};

/**
 * The table before its rows are known: its own head, rows as high and columns as wide as they will be, so that nothing
 * moves when they come. It becomes visible only if that takes longer than a blink.
 */
export function TableSkeleton<T extends RowData>({ table, sorting, hasChoice, widths, isCompact }: Props<T>) {
  const columns = table.getAllLeafColumns();
  const least = leastWidth(
    columns.map(({ columnDef }) => columnDef),
    widths,
  );
  return (
    <div
      className={`${classes.scroller} ${classes.skeleton}`}
      data-compact={isCompact || undefined}
      aria-busy="true"
      aria-live="polite"
    >
      <table inert className={classes.table} style={{ "--least-width": `${least}px` } as CSSProperties}>
        <TableHead
          table={table}
          sorting={sorting}
          chosen={hasChoice ? noChoice : undefined}
          widths={widths}
          onWidths={undefined}
        />
        <tbody>
          {ROWS.map((row) => (
            <tr key={row} className={classes.row}>
              {hasChoice && <td data-choose />}
              {columns.map(({ id, columnDef: { meta } }, index) => (
                <td key={id} data-align={meta?.align} data-card={meta?.card}>
                  <span style={{ width: `${((row * 29 + index * 13) % 45) + 35}%` }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
