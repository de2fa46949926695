// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
import { VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { Header, RowData, Table } from "@tanstack/react-table";
import { FlexRender } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import type { Features } from "./columns.ts";
import classes from "./data-table.module.css";
import { nextSort, type Sorting, sortDirection } from "./sorting.ts";

type Props<T extends RowData> = {
  table: Table<Features, T>;
  sorting?: Sorting | undefined;
  /** How many of the rows are chosen; undefined where rows cannot be. */
  chosen?: { isAll: boolean; isSome: boolean; onAll: () => void } | undefined;
};

/** Column widths and names. Widths that do not follow the content keep columns still while other rows scroll into view. */
export function TableHead<T extends RowData>({ table, sorting, chosen }: Props<T>) {
  const t = useTranslations("table");
  return (
    <>
      <colgroup>
        {chosen !== undefined && <col style={{ width: chooseWidth }} />}
        {table.getAllLeafColumns().map((column) => {
          const { width, share } = column.columnDef.meta ?? {};
          const wide = width ?? (share === undefined ? undefined : `${share}%`);
          return <col key={column.id} {...(wide === undefined ? {} : { style: { width: wide } })} />;
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
            {group.headers.map((header) => (
              <HeadCell key={header.id} header={header} sorting={sorting} />
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
};

function HeadCell<T extends RowData>({ header, sorting }: CellProps<T>) {
  const look = header.column.columnDef.meta;
  const name = <FlexRender header={header} />;
  if (sorting === undefined || look?.sort === undefined) {
    return (
      <th scope="col" role="columnheader" data-align={look?.align}>
        {look?.hiddenHeader ? <VisuallyHidden>{name}</VisuallyHidden> : name}
      </th>
    );
  }
  const field = look.sort;
  const direction = sortDirection(sorting, field);
  const Mark = direction === "ascending" ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" role="columnheader" data-align={look.align} aria-sort={direction ?? "none"}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => sorting.onChange(nextSort(sorting, field))}
      >
        {name}
        <Mark size={13} aria-hidden data-off={direction === undefined || undefined} />
      </button>
    </th>
  );
}

const chooseWidth = 44;
const leastSharedWidth = 90;

/** The width in px below which the table scrolls sideways rather than get narrower. */
export function leastWidth<T extends RowData>(table: Table<Features, T>): number {
  return table
    .getAllLeafColumns()
    .reduce((total, { columnDef: { meta } }) => total + (meta?.width ?? leastSharedWidth), 0);
}
