// biome-ignore-all lint/a11y/useSemanticElements: a grid of hundreds of rows is drawn in parts, which a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: its cells take the focus, rows and headers do not
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { GridCell } from "./grid-cell.tsx";
import { cellKey, metricColumns, pasteAt, readLimit } from "./limit-edits.ts";
import classes from "./limits.module.css";
import type { LimitGridState } from "./use-limit-grid.ts";

const ROW = 34;

export type Place = { row: number; column: number };
type Editing = Place & { text: string };

type Props = {
  grid: LimitGridState;
  label: string;
  mayWrite: boolean;
  place: Place;
  onMove: (place: Place) => void;
  /** The default under a cell without a limit of its own, and how many others have set one beside it. */
  beside: (key: string) => { fallback: number | null; overrides: number };
  /** What could not be read of a pasted block; empty: all was. */
  onPasted: (unread: readonly string[]) => void;
};

/** Limits by model and metric: arrows move, typing or Enter edits, Esc leaves it, a pasted column fills downwards. */
export function LimitGrid({ grid, label, mayWrite, place, onMove, beside, onPasted }: Props) {
  const t = useTranslations("limits");
  const { rows } = grid;
  const scroller = useRef<HTMLDivElement>(null);
  const [editing, showEditing] = useState<Editing | null>(null);
  // A field that is taken away may tell of its blur after it was closed, when there is nothing to take any more.
  const open = useRef<Editing | null>(null);
  const setEditing = (next: Editing | null) => {
    open.current = next;
    showEditing(next);
  };
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    initialRect: { width: 1100, height: 700 },
    overscan: 10,
  });
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (!wantsFocus.current || editing !== null) return;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${place.row}-${place.column}"]`);
    if (cell === null || cell === undefined) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
  });
  const go = (row: number, column: number) => {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(metricColumns.length - 1, column)),
    };
    wantsFocus.current = true;
    virtualizer.scrollToIndex(next.row);
    onMove(next);
  };
  const begin = (text: string) => mayWrite && setEditing({ ...place, text });
  const keyAt = ({ row, column }: Place) =>
    cellKey(rows[row] ?? { model: null }, metricColumns[column] ?? "rpm");
  /** False: what is typed cannot be read, so the cell stays open. */
  const commit = (): boolean => {
    if (editing === null) return true;
    const value = readLimit(editing.text);
    if (value === undefined) return false;
    grid.put([{ key: keyAt(editing), value }]);
    setEditing(null);
    return true;
  };
  const leave = () => {
    wantsFocus.current = true;
    setEditing(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { row, column } = place;
    const isChord = event.metaKey || event.ctrlKey || event.altKey;
    const act = (action: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    if (editing !== null) {
      if (event.key === "Escape") act(leave);
      if (event.key === "Enter" || event.key === "ArrowDown") act(() => commit() && go(row + 1, column));
      if (event.key === "ArrowUp") act(() => commit() && go(row - 1, column));
      if (event.key === "Tab") act(() => commit() && go(row, column + (event.shiftKey ? -1 : 1)));
      return;
    }
    if (isChord) {
      if (event.key === "z") act(grid.undo);
      if (event.key === "Home") act(() => go(0, 0));
      if (event.key === "End") act(() => go(rows.length - 1, metricColumns.length - 1));
      return;
    }
    const page = Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 2;
    const moves: Record<string, Place> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row, column: 0 },
      End: { row, column: metricColumns.length - 1 },
    };
    const to = moves[event.key];
    if (to !== undefined) return act(() => go(to.row, to.column));
    if (!mayWrite) return;
    const now = grid.currentOf(keyAt(place));
    if (event.key === "Enter" || event.key === "F2") act(() => begin(now === null ? "" : String(now)));
    else if (event.key === "Delete" || event.key === "Backspace")
      act(() => grid.put([{ key: keyAt(place), value: null }]));
    else if (/^\d$/.test(event.key)) act(() => begin(event.key));
  };
  const onPaste = (event: ClipboardEvent) => {
    if (editing !== null || !mayWrite) return;
    event.preventDefault();
    const { cells, unread } = pasteAt(event.clipboardData.getData("text"), rows, place);
    if (cells.length > 0) grid.put(cells);
    onPasted(unread);
  };
  const items = virtualizer.getVirtualItems();
  return (
    <div ref={scroller} className={classes.scroller}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={metricColumns.length + 1}
        className={classes.grid}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      >
        <div role="row" aria-rowindex={1} className={classes.head}>
          <div role="columnheader">{t("model")}</div>
          {metricColumns.map((metric) => (
            <div role="columnheader" key={metric} title={t(`metricHelp.${metric}`)}>
              {t(`metrics.${metric}`)}
            </div>
          ))}
        </div>
        <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: "relative" }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                role="row"
                key={row.model ?? ""}
                aria-rowindex={item.index + 2}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <div role="rowheader" className={classes.model} data-all={row.model === null || undefined}>
                  {row.model ?? t("allModels")}
                </div>
                {metricColumns.map((metric, column) => {
                  const key = cellKey(row, metric);
                  const isHere = place.row === item.index && place.column === column;
                  const isEdited = editing?.row === item.index && editing.column === column;
                  return (
                    <GridCell
                      key={metric}
                      at={`${item.index}-${column}`}
                      label={`${row.model ?? t("allModels")}, ${t(`metrics.${metric}`)}`}
                      isHere={isHere}
                      mayWrite={mayWrite}
                      value={grid.currentOf(key)}
                      stood={grid.standing.get(key)}
                      isDraft={grid.drafts.has(key)}
                      isShadow={grid.shadowOf(key)}
                      {...beside(key)}
                      editing={isEdited ? editing.text : null}
                      onText={(text) => setEditing({ row: item.index, column, text })}
                      onChoose={() => onMove({ row: item.index, column })}
                      onBegin={() => {
                        onMove({ row: item.index, column });
                        const now = grid.currentOf(key);
                        if (mayWrite)
                          setEditing({ row: item.index, column, text: now === null ? "" : String(now) });
                      }}
                      onLeave={() => {
                        if (open.current !== null && !commit()) setEditing(null);
                      }}
                    />
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
