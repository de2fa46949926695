// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
import { VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { Header, RowData, Table } from "@tanstack/react-table";
import { FlexRender } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ColumnEdge } from "./column-edge.tsx";
import { columnWidth, type Features } from "./columns.ts";
import classes from "./data-table.module.css";
import type { ColumnWidths } from "./read-table-prefs.ts";
import { nextSort, type Sorting, sortDirection } from "./sorting.ts";

type Props<T extends RowData> = {
  table: Table<Features, T>;
  sorting?: Sorting | undefined;
  /** How many of the rows are chosen; undefined where rows cannot be. */
  chosen?: { isAll: boolean; isSome: boolean; onAll: () => void } | undefined;
  /** What someone drew; without `onWidths` the columns' edges cannot be moved. */
  widths: ColumnWidths | undefined;
  onWidths: ((widths: ColumnWidths) => void) | undefined;
};

/** Column widths and names. Widths that do not follow the content keep columns still while other rows scroll into view. */
export function TableHead<T extends RowData>({ table, sorting, chosen, widths, onWidths }: Props<T>) {
  const t = useTranslations("table");
  return (
    <>
      <colgroup>
        {chosen !== undefined && <col style={{ width: chooseWidth }} />}
        {table.getAllLeafColumns().map((column, index, { length }) => {
          const width = columnWidth(column.columnDef, widths, index === length - 1);
          return <col key={column.id} style={{ width }} />;
        })}
      </colgroup>
      <thead role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} role="row">
            {chosen !== undefined && (
              <th scope="col" role="columnheader" data-choose>
                <label className={classes.choose}>
                  <input
                    type="checkbox"
                    aria-label={t("chooseAll")}
                    checked={chosen.isAll}
                    ref={(box) => {
                      if (box !== null) box.indeterminate = chosen.isSome && !chosen.isAll;
                    }}
                    onChange={chosen.onAll}
                  />
                </label>
              </th>
            )}
            {group.headers.map((header, index) => (
              <HeadCell key={header.id} header={header} sorting={sorting}>
                {onWidths !== undefined && index < group.headers.length - 1 && (
                  <ColumnEdge
                    id={header.column.id}
                    name={String(header.column.columnDef.header)}
                    width={widths?.[header.column.id]}
                    isFirst={index === 0}
                    onWidths={onWidths}
                  />
                )}
              </HeadCell>
            ))}
          </tr>
        ))}
      </thead>
    </>
  );
}

type CellProps<T extends RowData> = {
  header: Header<Features, T, unknown>;
  sorting: Sorting | undefined;
  /** Its edge. */
  children: ReactNode;
};

function HeadCell<T extends RowData>({ header, sorting, children }: CellProps<T>) {
  const look = header.column.columnDef.meta;
  const name = <FlexRender header={header} />;
  // Or else the edge's name would be read with each cell.
  const label = String(header.column.columnDef.header);
  if (sorting === undefined || look?.sort === undefined) {
    return (
      <th
        scope="col"
        role="columnheader"
        data-column={header.column.id}
        aria-label={label}
        data-align={look?.align}
      >
        {look?.hiddenHeader ? <VisuallyHidden>{name}</VisuallyHidden> : name}
        {children}
      </th>
    );
  }
  const field = look.sort;
  const direction = sortDirection(sorting, field);
  const Mark = direction === "ascending" ? IconArrowUp : IconArrowDown;
  return (
    <th
      scope="col"
      role="columnheader"
      data-column={header.column.id}
      aria-label={label}
      data-align={look.align}
      aria-sort={direction ?? "none"}
    >
      <button
        type="button"
        className={classes.sort}
        onClick={() => sorting.onChange(nextSort(sorting, field))}
      >
        {name}
        <Mark size={13} aria-hidden data-off={direction === undefined || undefined} />
      </button>
      {children}
    </th>
  );
}

const chooseWidth = 44;
