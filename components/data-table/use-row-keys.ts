import { useWindowEvent } from "@mantine/hooks";
import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useState } from "react";

type Options = {
  count: number;
  virtualizer: Virtualizer<HTMLDivElement, HTMLTableRowElement>;
  open: (index: number) => void;
  /** `x`: chooses a row or lets it go. */
  choose?: ((index: number) => void) | undefined;
};

/**
 * Arrow keys or j and k walk the rows, Home and End jump, Enter opens, x chooses. One row is in the tab order at a
 * time; j and k also start from anywhere on the page while nothing else is in use.
 */
export function useRowKeys({ count, virtualizer, open, choose }: Options) {
  const [current, setCurrent] = useState(0);

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setCurrent(next);
    virtualizer.scrollToIndex(next, { align: "auto" });
    // A row far away exists only after the scroll has been drawn.
    requestAnimationFrame(() => rowElement(virtualizer.scrollElement, next)?.focus({ preventScroll: true }));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!isRow(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
    const target = targetOf(event.key, current, count);
    const isChoice = event.key === "x" && choose !== undefined;
    if (target === undefined && event.key !== "Enter" && !isChoice) return;
    event.preventDefault();
    if (isChoice) choose(current);
    else if (target === undefined) open(current);
    else focusRow(target);
  };

  useWindowEvent("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    if (count === 0 || !(event.key === "j" || event.key === "k") || isBusyElsewhere(event.target)) return;
    event.preventDefault();
    focusRow(current);
  });

  return { current: Math.min(current, Math.max(0, count - 1)), setCurrent, onKeyDown };
}

function targetOf(key: string, current: number, count: number): number | undefined {
  if (key === "ArrowDown" || key === "j") return current + 1;
  if (key === "ArrowUp" || key === "k") return current - 1;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return undefined;
}

function isRow(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.dataset.index !== undefined;
}

/** A field that one types in, a row that walks by itself, an open sheet or dialog. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  return isTyping || isRow(target) || document.querySelector("[role='dialog'], [role='menu']") !== null;
}

function rowElement(container: HTMLDivElement | null, index: number): HTMLElement | null {
  return container?.querySelector<HTMLElement>(`tr[data-index="${index}"]`) ?? null;
}
