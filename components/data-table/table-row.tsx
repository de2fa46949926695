// biome-ignore-all lint/a11y/noRedundantRoles: the card layout of phones takes a table's own roles away in some browsers
"use client";

import type { Row, RowData } from "@tanstack/react-table";
import { FlexRender } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import type { MouseEvent, Ref } from "react";
import type { Features } from "./columns.ts";
import classes from "./data-table.module.css";

type Props<T extends RowData> = {
  ref: Ref<HTMLTableRowElement>;
  row: Row<Features, T>;
  index: number;
  isCurrent: boolean;
  isOpen: boolean;
  isFresh: boolean;
  onFocus: (index: number) => void;
  onOpen?: (row: T) => void;
  /** Undefined where rows cannot be chosen. */
  isChosen?: boolean;
  onChoose?: (index: number, isStretch: boolean) => void;
};

/** One row. A click anywhere opens it, except on what has a click of its own or while text is being selected. */
export function TableRow<T extends RowData>({
  ref,
  row,
  index,
  isCurrent,
  isOpen,
  isFresh,
  onFocus,
  onOpen,
  isChosen,
  onChoose,
}: Props<T>) {
  const onClick = (event: MouseEvent) => {
    if (hasOwnClick(event.target) || window.getSelection()?.toString()) return;
    onOpen?.(row.original);
  };
  return (
    <tr
      ref={ref}
      role="row"
      data-index={index}
      data-row-id={row.id}
      data-open={isOpen || undefined}
      data-fresh={isFresh || undefined}
      data-chosen={isChosen || undefined}
      data-clickable={onOpen === undefined ? undefined : true}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      tabIndex={isCurrent ? 0 : -1}
      className={classes.row}
      onClick={onClick}
      onFocus={() => onFocus(index)}
    >
      {isChosen !== undefined && (
        <td role="cell" data-choose>
          <ChooseBox isChosen={isChosen} onClick={({ shiftKey }) => onChoose?.(index, shiftKey)} />
        </td>
      )}
      {row.getAllCells().map((cell) => {
        const look = cell.column.columnDef.meta;
        return (
          <td
            key={cell.id}
            role="cell"
            // A name that is read from the right is also cut at its own end.
            dir={look?.align === "right" || look?.mono ? undefined : "auto"}
            data-align={look?.align}
            data-mono={look?.mono}
            data-card={look?.card}
            data-label={look?.cardLabel ? String(cell.column.columnDef.header) : undefined}
            onMouseEnter={showWholeText}
          >
            <FlexRender cell={cell} />
          </td>
        );
      })}
    </tr>
  );
}

function ChooseBox({ isChosen, onClick }: { isChosen: boolean; onClick: (event: MouseEvent) => void }) {
  const t = useTranslations("table");
  return (
    <label className={classes.choose}>
      <input
        type="checkbox"
        tabIndex={-1}
        checked={isChosen}
        aria-label={t("choose")}
        onClick={onClick}
        onChange={() => {}}
      />
    </label>
  );
}

function hasOwnClick(target: EventTarget): boolean {
  return (
    target instanceof Element &&
    target.closest("a, button:not([data-passive]), input, label, [role='menuitem']") !== null
  );
}

/** Text that does not fit can still be read: the browser shows it on hover. */
function showWholeText({ currentTarget }: MouseEvent<HTMLTableCellElement>): void {
  const isCut = currentTarget.scrollWidth > currentTarget.clientWidth;
  currentTarget.title = isCut ? (currentTarget.textContent ?? "") : "";
}
