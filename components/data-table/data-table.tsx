// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
"use client";

import type { RowData } from "@tanstack/react-table";
import { useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef } from "react";
import { ErrorState } from "../common/error-state.tsx";
import { type Column, features, hiddenColumns, leastWidth, ownWidths, shownColumns } from "./columns.ts";
import classes from "./data-table.module.css";
import { type Selection, toggled, withStretch } from "./selection.ts";
import type { Sorting } from "./sorting.ts";
import { TableEnd } from "./table-end.tsx";
import { TableHead } from "./table-head.tsx";
import { useTablePrefs } from "./table-prefs.tsx";
import { TableRow } from "./table-row.tsx";
import { TableSkeleton } from "./table-skeleton.tsx";
import { useRowKeys } from "./use-row-keys.ts";

/** A page that took too long is `partial`: it says how far back it looked, and the next one goes on only when asked to. */
export type TablePage<T> = { items: T[]; partial?: boolean; scannedTo?: string | null };

/** What a table needs of an infinite query; TanStack Query's result has it. */
export type TablePages<T> = {
  data: { pages: TablePage<T>[] } | undefined;
  error: Error | null;
  isPlaceholderData: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

type Props<T extends RowData> = {
  label: string;
  /** Under which hidden columns and drawn widths are kept; without it all are shown, as wide as they are. */
  name?: string;
  columns: readonly Column<T>[];
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
  sorting?: Sorting;
  selection?: Selection;
};

const rowHeights = { normal: 36, compact: 28 };

const noRows: never[] = [];

/** Rows by keyset pages: virtualised, walked by keyboard, cards on a phone; skeleton, empty and error included. */
export function DataTable<T extends RowData>(props: Props<T>) {
  const { label, name, pages, rowId, onOpen, openId, empty, freshIds, onScrolledAway, sorting } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const data = useRows(pages.data);
  const { isCompact, widths: drawn, setWidths } = useTablePrefs();
  const widths = name === undefined ? undefined : drawn[name];
  const columns = useShownColumns(props.columns, name);
  const table = useTable({ features, columns, data, getRowId: rowId });
  const rows = table.getRowModel().rows;
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isCompact ? rowHeights.compact : rowHeights.normal),
    getItemKey: (index) => rows[index]?.id ?? index,
    initialRect: { width: 1200, height: 900 },
    overscan: 12,
  });
  const open = (index: number) => {
    const row = rows[index];
    if (row !== undefined) onOpen?.(row.original);
  };
  const rowIds = rows.map((row) => row.id);
  const choice = useChoice(rowIds, props.selection);
  const keys = useRowKeys({
    count: rows.length,
    virtualizer,
    open,
    choose: choice && ((index) => choice.choose(index, false)),
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  useLoadNearEnd(pages, lastIndex >= rows.length - 15);

  if (pages.data === undefined) {
    if (pages.error !== null) return <ErrorState error={pages.error} onRetry={pages.refetch} />;
    return <TableSkeleton {...{ table, sorting, widths, isCompact }} hasChoice={choice !== undefined} />;
  }
  if (rows.length === 0 && !pages.hasNextPage) return empty;
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-stale={pages.isPlaceholderData || undefined}
      data-compact={isCompact || undefined}
      onScroll={({ currentTarget }) => onScrolledAway?.(currentTarget.scrollTop > 36)}
    >
      <table
        className={classes.table}
        role="table"
        style={{ "--least-width": `${leastWidth(columns, widths)}px` } as CSSProperties}
        aria-label={label}
        aria-rowcount={pages.hasNextPage ? -1 : rows.length + 1}
        onKeyDown={keys.onKeyDown}
      >
        <TableHead
          table={table}
          sorting={sorting}
          chosen={choice?.head}
          widths={widths}
          onWidths={name === undefined ? undefined : (next) => setWidths(name, ownWidths(columns, next))}
        />
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
                {...(choice === undefined
                  ? {}
                  : { isChosen: choice.ids.has(row.id), onChoose: choice.choose })}
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

function useShownColumns<T extends RowData>(columns: readonly Column<T>[], name: string | undefined) {
  const { hidden } = useTablePrefs();
  const left = name === undefined ? undefined : hidden[name];
  return useMemo(() => shownColumns(columns, hiddenColumns(columns, left)), [columns, left]);
}

/** Choosing one row, a stretch from the last chosen one, or all that are loaded. */
function useChoice(rowIds: readonly string[], selection: Selection | undefined) {
  const last = useRef(0);
  if (selection === undefined) return undefined;
  const { ids, onChange } = selection;
  const isAll = rowIds.length > 0 && rowIds.every((id) => ids.has(id));
  const choose = (index: number, isStretch: boolean) => {
    const id = rowIds[index];
    if (id === undefined) return;
    onChange(isStretch ? withStretch(ids, rowIds, last.current, index) : toggled(ids, id));
    last.current = index;
  };
  const onAll = () => onChange(new Set(isAll ? [] : rowIds));
  return { ids, choose, head: { isAll, isSome: ids.size > 0, onAll } };
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
  const isWanted = isNearEnd && hasNextPage && !isFetchingNextPage && error === null;
  // A search through all rows is not pushed on by scrolling.
  const isCut = pages.data?.pages.at(-1)?.partial === true;
  useEffect(() => {
    if (isWanted && !isCut) fetchNextPage();
  }, [isWanted, isCut, fetchNextPage]);
}
