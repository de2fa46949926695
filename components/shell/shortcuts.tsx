"use client";

import { useWindowEvent } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useMe } from "./me.tsx";
import { profileEntry, referenceEntry, sectionsFor } from "./nav.ts";

const ShortcutHelp = dynamic(() => import("./shortcut-help.tsx").then((module) => module.ShortcutHelp), {
  ssr: false,
});
const sequenceMs = 1200;

/** `g` and a letter goes to a page, `?` shows all keys. Silent while one types or a dialog is open. */
export function Shortcuts() {
  const router = useRouter();
  const { permissions, role } = useMe();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const goPressedAt = useRef(0);
  const entries = [
    ...sectionsFor(role).flatMap((section) => section.entries),
    referenceEntry,
    profileEntry,
  ].filter((entry) => permissions.includes(entry.permission));

  useWindowEvent("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isBusyElsewhere(event.target)) return;
    const entry = entries.find(({ shortcut }) => shortcut === event.key);
    if (event.timeStamp - goPressedAt.current < sequenceMs && entry !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      router.push(entry.href);
    }
    goPressedAt.current = event.key === "g" ? event.timeStamp : 0;
    if (event.key === "?") setHelpOpen(true);
  });

  if (!isHelpOpen) return null;
  return <ShortcutHelp entries={entries} onClose={() => setHelpOpen(false)} />;
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return isTyping || document.querySelector("[aria-modal='true']") !== null;
}
