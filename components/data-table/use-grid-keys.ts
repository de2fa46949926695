import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Step } from "./edit-input.tsx";

type Options = {
  scroller: RefObject<HTMLDivElement | null>;
  rowCount: number;
  columnCount: number;
  scrollTo: (row: number) => void;
  /** What a cell's input starts with; undefined: it is not edited. */
  textOf: (row: number, column: number) => string | undefined;
  onType: (row: number, column: number, block: readonly (readonly string[])[]) => string | undefined;
  onUndo?: () => void;
};

type Editing = { text: string; isTyped: boolean };

/** Which cell of a grid is current, whether it is edited, and what keys, paste and copy do. */
export function useGridKeys({ scroller, rowCount, columnCount, scrollTo, textOf, onType, onUndo }: Options) {
  const [current, setCurrent] = useState({ row: 0, column: 0 });
  const [editing, setEditing] = useState<Editing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const wantsFocus = useRef(false);

  const focus = (row: number, column: number) => {
    const next = {
      row: Math.max(0, Math.min(rowCount - 1, row)),
      column: Math.max(0, Math.min(columnCount - 1, column)),
    };
    setCurrent(next);
    setEditing(null);
    setProblem(null);
    scrollTo(next.row);
    wantsFocus.current = true;
  };
  // Before the next key can come: one that was pressed while nothing had the focus would be lost. A row far away exists
  // only after the scroll has been drawn, which renders again.
  useLayoutEffect(() => {
    if (!wantsFocus.current || editing !== null) return;
    const at = `[data-cell="${current.row}:${current.column}"]`;
    const cell = scroller.current?.querySelector<HTMLElement>(at);
    if (cell === null || cell === undefined) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
  });
  const edit = (text: string, isTyped = false) => {
    wantsFocus.current = false;
    setEditing({ text, isTyped });
  };
  const keep = (text: string, next: Step) => {
    const { row, column } = current;
    if (text !== textOf(row, column)) {
      const wrong = onType(row, column, [[text]]);
      // Left by a click elsewhere: what cannot be kept is dropped.
      if (wrong !== undefined && next !== "stay") return setProblem(wrong);
    }
    if (next === "stay") {
      setEditing(null);
      return setProblem(null);
    }
    const [down, right] = steps[next];
    focus(row + down, column + right);
  };
  const cancel = () => focus(current.row, current.column);

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing !== null) return;
    const { row, column } = current;
    const isCommand = event.metaKey || event.ctrlKey;
    if (isCommand && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return onUndo?.();
    }
    const target = targetOf(event.key, isCommand, { row, column, rowCount, columnCount });
    if (target !== undefined) {
      event.preventDefault();
      return focus(...target);
    }
    const text = textOf(row, column);
    if (text === undefined || isCommand || event.altKey) return;
    if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      edit(text);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onType(row, column, [[""]]);
    } else if (event.key.length === 1 && event.key !== " ") {
      event.preventDefault();
      edit(event.key, true);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    if (editing !== null) return;
    event.preventDefault();
    const lines = event.clipboardData
      .getData("text/plain")
      .replace(/\r?\n$/, "")
      .split(/\r?\n/);
    onType(
      current.row,
      current.column,
      lines.map((line) => line.split("\t")),
    );
  };
  const onCopy = (event: ClipboardEvent) => {
    const text = textOf(current.row, current.column);
    if (editing !== null || text === undefined) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
  };
  return { current, editing, problem, focus, edit, keep, cancel, onKeyDown, onPaste, onCopy };
}

const steps = { down: [1, 0], up: [-1, 0], right: [0, 1], left: [0, -1] } as const;

function targetOf(
  key: string,
  isCommand: boolean,
  at: { row: number; column: number; rowCount: number; columnCount: number },
): [number, number] | undefined {
  const { row, column, rowCount, columnCount } = at;
  if (key === "ArrowDown") return [isCommand ? rowCount - 1 : row + 1, column];
  if (key === "ArrowUp") return [isCommand ? 0 : row - 1, column];
  if (key === "ArrowRight") return [row, isCommand ? columnCount - 1 : column + 1];
  if (key === "ArrowLeft") return [row, isCommand ? 0 : column - 1];
  if (key === "PageDown") return [row + 20, column];
  if (key === "PageUp") return [row - 20, column];
  if (key === "Home") return [isCommand ? 0 : row, 0];
  if (key === "End") return [isCommand ? rowCount - 1 : row, columnCount - 1];
  return undefined;
}
