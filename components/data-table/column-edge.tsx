"use client";

import { useTranslations } from "next-intl";
import classes from "./data-table.module.css";
import type { ColumnWidths } from "./read-table-prefs.ts";

type Props = {
  /** Of the column at whose right it stands. */
  id: string;
  name: string;
  /** As it was drawn; undefined while it is as wide as the list makes it. */
  width: number | undefined;
  /** One edge is in the tab order; the arrow keys lead to the others. */
  isFirst: boolean;
  onWidths: (widths: ColumnWidths) => void;
};

/** What moving does is loaded when an edge is first taken. */
const moves = () => import("./move-edge.ts");

/** The right edge of a column, moved by pointer or keyboard. A double click makes the column as wide as what it shows. */
export function ColumnEdge({ id, name, width = 0, isFirst, onWidths }: Props) {
  const t = useTranslations("table");
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr stands between blocks; this is the window splitter of ARIA
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={t("widthOf", { name })}
      aria-valuenow={width}
      title={t("widthKeys")}
      tabIndex={isFirst ? 0 : -1}
      className={classes.edge}
      data-edge={id}
      onPointerDown={({ currentTarget, pointerId, clientX, button }) => {
        if (button !== 0) return;
        currentTarget.setPointerCapture(pointerId);
        void moves().then(({ dragEdge }) => dragEdge(currentTarget, pointerId, clientX, onWidths));
      }}
      onDoubleClick={({ currentTarget }) =>
        void moves().then(({ fitColumn }) => fitColumn(currentTarget, onWidths))
      }
      onKeyDown={(event) => {
        if (!/^(Arrow|Enter$)/.test(event.key)) return;
        event.preventDefault();
        const { currentTarget, key, shiftKey } = event;
        void moves().then(({ pressKey }) => pressKey(currentTarget, key, shiftKey, onWidths));
      }}
    />
  );
}
