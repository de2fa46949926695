// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are edited is a grid
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useRef } from "react";
import classes from "./edit-grid.module.css";
import { EditInput } from "./edit-input.tsx";
import { useGridKeys } from "./use-grid-keys.ts";

export type GridColumn<Row> = {
  id: string;
  header: string;
  /** px */
  width: number;
  align?: "right";
  /** How the cell looks while it is not edited. */
  cell: (row: Row) => ReactNode;
  /** What is put into the input; undefined: this cell is not edited. */
  text?: (row: Row) => string | undefined;
  /** What is wrong with it, or what it still lacks. */
  problem?: (row: Row) => string | undefined;
  isChanged?: (row: Row) => boolean;
};

type Props<Row> = {
  label: string;
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Takes what was typed or pasted: a block of cells from (row, column) on; answers what is wrong with it, if anything. */
  onType: (row: number, column: number, block: readonly (readonly string[])[]) => string | undefined;
  /** Ctrl+Z. */
  onUndo?: () => void;
  empty: ReactNode;
};

const ROW_PX = 36;

/**
 * Cells that are walked and edited by keyboard, as in a spreadsheet: arrows move, Enter or typing edits, Enter and Tab
 * keep what was typed, Esc does not, Delete empties, a pasted block spreads from the cell. Rows are virtualised; the
 * first column stays in sight.
 */
export function EditGrid<Row>({ label, columns, rows, rowId, onType, onUndo, empty }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    initialRect: { width: 1200, height: 900 },
    overscan: 10,
  });
  const grid = useGridKeys({
    scroller,
    rowCount: rows.length,
    columnCount: columns.length,
    scrollTo: (row) => virtualizer.scrollToIndex(row, { align: "auto" }),
    textOf: (row, column) => {
      const at = rows[row];
      return at === undefined ? undefined : columns[column]?.text?.(at);
    },
    onType,
    ...(onUndo === undefined ? {} : { onUndo }),
  });
  if (rows.length === 0) return empty;
  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <div ref={scroller} className={classes.scroller}>
      <table
        role="grid"
        className={classes.grid}
        style={{ "--grid-width": `${width}px` } as CSSProperties}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        onKeyDown={grid.onKeyDown}
        onPaste={grid.onPaste}
        onCopy={grid.onCopy}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-align={column.align}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} />}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <tr key={rowId(row)} aria-rowindex={item.index + 2}>
                {columns.map((column, index) => (
                  <Cell key={column.id} column={column} row={row} at={[item.index, index]} grid={grid} />
                ))}
              </tr>
            );
          })}
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
    </div>
  );
}

type CellProps<Row> = {
  column: GridColumn<Row>;
  row: Row;
  at: readonly [row: number, column: number];
  grid: ReturnType<typeof useGridKeys>;
};

function Cell<Row>({ column, row, at: [rowIndex, columnIndex], grid }: CellProps<Row>) {
  const isCurrent = grid.current.row === rowIndex && grid.current.column === columnIndex;
  const isEdited = isCurrent && grid.editing !== null;
  const text = column.text?.(row);
  const problem = isEdited ? (grid.problem ?? undefined) : column.problem?.(row);
  return (
    <td
      role="gridcell"
      tabIndex={isCurrent && !isEdited ? 0 : -1}
      data-cell={`${rowIndex}:${columnIndex}`}
      data-align={column.align}
      data-editable={text !== undefined || undefined}
      data-changed={column.isChanged?.(row) || undefined}
      data-problem={problem !== undefined || undefined}
      aria-readonly={text === undefined}
      aria-invalid={problem !== undefined || undefined}
      title={problem}
      onMouseDown={() => !isEdited && grid.focus(rowIndex, columnIndex)}
      onDoubleClick={() => text !== undefined && grid.edit(text)}
    >
      {isEdited && grid.editing !== null ? (
        <EditInput
          label={column.header}
          initial={grid.editing}
          problem={grid.problem}
          onKeep={grid.keep}
          onCancel={grid.cancel}
        />
      ) : (
        column.cell(row)
      )}
    </td>
  );
}

function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
