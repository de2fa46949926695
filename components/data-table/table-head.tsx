// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
import { VisuallyHidden } from "@mantine/core";
import type { RowData, Table } from "@tanstack/react-table";
import { FlexRender } from "@tanstack/react-table";
import type { Features } from "./columns.ts";

/** Column widths and names. Widths that do not follow the content keep columns still while other rows scroll into view. */
export function TableHead<T extends RowData>({ table }: { table: Table<Features, T> }) {
  return (
    <>
      <colgroup>
        {table.getAllLeafColumns().map((column) => {
          const width = column.columnDef.meta?.width;
          return <col key={column.id} {...(width === undefined ? {} : { style: { width } })} />;
        })}
      </colgroup>
      <thead role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} role="row">
            {group.headers.map((header) => {
              const look = header.column.columnDef.meta;
              const name = <FlexRender header={header} />;
              return (
                <th key={header.id} scope="col" role="columnheader" data-align={look?.align}>
                  {look?.hiddenHeader ? <VisuallyHidden>{name}</VisuallyHidden> : name}
                </th>
              );
            })}
          </tr>
        ))}
      </thead>
    </>
  );
}

const leastSharedWidth = 112;

/** The width in px below which the table scrolls sideways rather than get narrower. */
export function leastWidth<T extends RowData>(table: Table<Features, T>): number {
  return table
    .getAllLeafColumns()
    .reduce((total, { columnDef: { meta } }) => total + (meta?.width ?? leastSharedWidth), 0);
}
