import { leastSharedWidth } from "./columns.ts";
import { type ColumnWidths, leastColumnWidth, mostColumnWidth } from "./read-table-prefs.ts";

type Done = (widths: ColumnWidths) => void;

const step = 10;
const longStep = 50;

/**
 * Follows the pointer, which the edge has captured, from `from` (px) until it is let go: the columns move in the page
 * alone, and are told once at the end. A press that does not move tells nothing, and one that was let go before
 * this was loaded moves nothing.
 */
export function dragEdge(edge: HTMLElement, pointerId: number, from: number, done: Done): void {
  if (!edge.hasPointerCapture(pointerId)) return;
  const drawn = drawing(edge);
  const before = drawn.width();
  let moved = false;
  edge.dataset.drawn = "true";
  const move = ({ clientX, buttons }: PointerEvent) => {
    // Let go where nobody told of it.
    if (buttons === 0) return end();
    moved ||= clientX !== from;
    if (moved) drawn.to(before + clientX - from);
  };
  const end = () => {
    delete edge.dataset.drawn;
    edge.removeEventListener("pointermove", move);
    edge.removeEventListener("lostpointercapture", end);
    if (moved) done(drawn.widths());
  };
  edge.addEventListener("pointermove", move);
  edge.addEventListener("lostpointercapture", end);
}

/** As wide as the widest of what its column shows now. */
export function fitColumn(edge: HTMLElement, done: Done): void {
  const drawn = drawing(edge);
  drawn.to(drawn.natural());
  done(drawn.widths());
}

/** ← and → draw, with Shift further; ↑ and ↓ lead to the edges beside; Enter fits. */
export function pressKey(edge: HTMLElement, key: string, isLong: boolean, done: Done): void {
  const edges = [...(edge.closest("tr")?.querySelectorAll<HTMLElement>("[data-edge]") ?? [])];
  const at = edges.indexOf(edge);
  if (key === "Enter") fitColumn(edge, done);
  else if (key === "ArrowUp") edges[at - 1]?.focus();
  else if (key === "ArrowDown") edges[at + 1]?.focus();
  else {
    const drawn = drawing(edge);
    drawn.to(drawn.width() + (isLong ? longStep : step) * (key === "ArrowLeft" ? -1 : 1));
    done(drawn.widths());
  }
}

/** The table as it is drawn: its columns in px, but for the last, which takes what is left. */
function drawing(edge: HTMLElement) {
  const table = edge.closest("table");
  const heads = [...(table?.querySelectorAll("th") ?? [])];
  const columns = [...(table?.querySelectorAll("col") ?? [])];
  const at = heads.findIndex((head) => head.contains(edge));
  const last = heads.length - 1;
  const widths = heads.map((head) => head.offsetWidth);
  const apply = () => {
    columns.forEach((column, index) => {
      column.style.width = index === last ? "" : `${widths[index]}px`;
    });
    const least = widths.slice(0, -1).reduce((total, width) => total + width, 0) + leastSharedWidth;
    table?.style.setProperty("--least-width", `${least}px`);
    edge.setAttribute("aria-valuenow", String(widths[at]));
  };
  return {
    width: () => widths[at] ?? 0,
    to(width: number) {
      widths[at] = Math.round(Math.min(mostColumnWidth, Math.max(leastColumnWidth, width)));
      apply();
    },
    natural: () => naturalWidth(table, heads[at]),
    /** Of all that have a name, so that they stay while one of them moves. */
    widths: () =>
      Object.fromEntries(
        heads.flatMap(({ dataset: { column } }, index) =>
          column === undefined || index === last
            ? []
            : [[column, Math.max(leastColumnWidth, widths[index] ?? 0)]],
        ),
      ),
  };
}

/** What the column would take if nothing bound it; asked of the table itself, for one moment that is never painted. */
function naturalWidth(table: HTMLTableElement | null, head: HTMLElement | undefined): number {
  if (table === null || head === undefined) return 0;
  const { tableLayout, width, minWidth } = table.style;
  const columns = [...table.querySelectorAll("col")];
  const before = columns.map((column) => column.style.width);
  Object.assign(table.style, { tableLayout: "auto", width: "max-content", minWidth: "0" });
  for (const column of columns) column.style.width = "";
  const natural = head.offsetWidth;
  Object.assign(table.style, { tableLayout, width, minWidth });
  columns.forEach((column, index) => {
    column.style.width = before[index] ?? "";
  });
  return natural + 1;
}
