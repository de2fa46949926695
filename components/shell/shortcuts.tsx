"use client";

import { useWindowEvent } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useMe } from "./me.tsx";
import { docsEntry, profileEntry, sectionsFor } from "./nav.ts";

const ShortcutHelp = dynamic(() => import("./shortcut-help.tsx").then((module) => module.ShortcutHelp), {
  ssr: false,
});
const sequenceMs = 1200;

/**
 * `g` and a letter goes to a page, `/` searches, `c` creates, `r` refreshes, `?` shows all keys. Silent while one types
 * or a dialog is open.
 */
export function Shortcuts() {
  const router = useRouter();
  const { permissions, role } = useMe();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const goPressedAt = useRef(Number.NEGATIVE_INFINITY);
  const queryClient = useQueryClient();
  const entries = [
    ...sectionsFor(role).flatMap((section) => section.entries),
    docsEntry,
    profileEntry,
  ].filter((entry) => permissions.includes(entry.permission));

  useWindowEvent("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isBusyElsewhere(event.target)) return;
    const entry = entries.find(({ shortcut }) => shortcut === event.key);
    if (event.timeStamp - goPressedAt.current < sequenceMs && entry !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      goPressedAt.current = Number.NEGATIVE_INFINITY;
      router.push(entry.href);
      return;
    }
    goPressedAt.current = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (event.key === "?") setHelpOpen(true);
    if (event.key === "r") void queryClient.invalidateQueries();
    const marked = { "/": "search", c: "create" }[event.key];
    if (marked !== undefined && reach(marked)) event.preventDefault();
  });

  if (!isHelpOpen) return null;
  return <ShortcutHelp entries={entries} onClose={() => setHelpOpen(false)} />;
}

/** Focuses the field or presses the button that the page marks with `data-hotkey`. */
function reach(mark: string): boolean {
  const element = document.querySelector<HTMLElement>(`main [data-hotkey="${mark}"]`);
  if (element instanceof HTMLInputElement) element.select();
  else element?.click();
  element?.focus();
  return element !== null;
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return isTyping || document.querySelector("[aria-modal='true']") !== null;
}
