import type { RowData } from "@tanstack/react-table";
import type { Column } from "./columns.ts";
import classes from "./data-table.module.css";

const widths = [62, 48, 74, 55, 68, 40, 71, 52, 60, 45, 66, 50];

/** The table's geometry before its rows are known; it becomes visible only if that takes longer than a blink. */
export function TableSkeleton<T extends RowData>({ columns }: { columns: readonly Column<T>[] }) {
  return (
    <div className={classes.skeleton} aria-busy="true" aria-live="polite">
      <div className={classes.skeletonHead} />
      {widths.map((width, row) => (
        <div key={width} className={classes.skeletonRow}>
          {columns.slice(0, 7).map((column, index) => (
            <span
              key={column.id ?? index}
              style={{ width: `${((width + row * 7 + index * 13) % 50) + 35}%` }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
