// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
"use client";

import type { ColumnDef, RowData } from "@tanstack/react-table";
import { useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { ErrorState } from "../common/error-state.tsx";
import { type Features, features } from "./columns.ts";
import classes from "./data-table.module.css";
import { TableEnd } from "./table-end.tsx";
import { leastWidth, TableHead } from "./table-head.tsx";
import { TableRow } from "./table-row.tsx";
import { TableSkeleton } from "./table-skeleton.tsx";
import { useRowKeys } from "./use-row-keys.ts";

/** What a table needs of an infinite query; TanStack Query's result has it. */
export type TablePages<T> = {
  data: { pages: { items: T[] }[] } | undefined;
  error: Error | null;
  isPlaceholderData: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

type Props<T extends RowData> = {
  label: string;
  columns: readonly ColumnDef<Features, T, unknown>[];
  pages: TablePages<T>;
  rowId: (row: T) => string;
  /** Opens a row: a sheet or a page. Without it rows are not interactive. */
  onOpen?: (row: T) => void;
  openId?: string | null;
  empty: ReactNode;
  /** Rows that came while one looked, marked for a moment. */
  freshIds?: ReadonlySet<string>;
  /** Told when the first row goes out of sight or comes back. */
  onScrolledAway?: (isAway: boolean) => void;
};

const noRows: never[] = [];

/** Rows by keyset pages: virtualised, walked by keyboard, cards on a phone; skeleton, empty and error included. */
export function DataTable<T extends RowData>(props: Props<T>) {
  const { label, columns, pages, rowId, onOpen, openId, empty, freshIds, onScrolledAway } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const data = useRows(pages.data);
  const table = useTable({ features, columns, data, getRowId: rowId });
  const rows = table.getRowModel().rows;
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 36,
    getItemKey: (index) => rows[index]?.id ?? index,
    initialRect: { width: 1200, height: 900 },
    overscan: 12,
  });
  const open = (index: number) => {
    const row = rows[index];
    if (row !== undefined) onOpen?.(row.original);
  };
  const keys = useRowKeys({ count: rows.length, virtualizer, open });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  useLoadNearEnd(pages, lastIndex >= rows.length - 15);

  if (pages.data === undefined) {
    if (pages.error !== null) return <ErrorState error={pages.error} onRetry={pages.refetch} />;
    return <TableSkeleton columns={columns} />;
  }
  if (rows.length === 0 && !pages.hasNextPage) return empty;
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-stale={pages.isPlaceholderData || undefined}
      onScroll={({ currentTarget }) => onScrolledAway?.(currentTarget.scrollTop > 36)}
    >
      <table
        className={classes.table}
        role="table"
        style={{ "--least-width": `${leastWidth(table)}px` } as CSSProperties}
        aria-label={label}
        aria-rowcount={pages.hasNextPage ? -1 : rows.length + 1}
        onKeyDown={keys.onKeyDown}
      >
        <TableHead table={table} />
        <tbody role="rowgroup">
          {before > 0 && <Spacer height={before} />}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <TableRow
                key={row.id}
                ref={virtualizer.measureElement}
                row={row}
                index={item.index}
                isCurrent={keys.current === item.index}
                isOpen={openId === row.id}
                isFresh={freshIds?.has(row.id) ?? false}
                onFocus={keys.setCurrent}
                {...(onOpen === undefined ? {} : { onOpen })}
              />
            );
          })}
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
      <TableEnd pages={pages} count={rows.length} />
    </div>
  );
}

function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden className={classes.spacer}>
      <td style={{ height }} />
    </tr>
  );
}

/** One array per answer of the cache: TanStack Table derives its rows from the array's identity. */
function useRows<T>(data: { pages: { items: T[] }[] } | undefined): T[] {
  const kept = useRef<{ data: unknown; rows: T[] }>({ data: undefined, rows: noRows });
  if (kept.current.data !== data)
    kept.current = { data, rows: data?.pages.flatMap((page) => page.items) ?? noRows };
  return kept.current.rows;
}

/** A page may be short or empty while more exist, so the next one is asked for until the view is full. */
function useLoadNearEnd(pages: TablePages<unknown>, isNearEnd: boolean): void {
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = pages;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage && error === null) fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetchingNextPage, error, fetchNextPage]);
}
