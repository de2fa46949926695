"use client";

import { Kbd, Modal } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { useMe } from "./me.tsx";
import { navSections, referenceEntry } from "./nav.ts";
import classes from "./shell.module.css";

const sequenceMs = 1200;

/** `g` and a letter goes to a page, `?` shows all keys. Silent while one types or a dialog is open. */
export function Shortcuts() {
  const t = useTranslations();
  const router = useRouter();
  const { permissions } = useMe();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const goPressedAt = useRef(0);
  const entries = [...navSections.flatMap((section) => section.entries), referenceEntry].filter((entry) =>
    permissions.includes(entry.permission),
  );

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

  const rows = [
    { keys: ["⌘", "K"], what: t("shortcuts.palette") },
    { keys: ["j", "k"], what: t("shortcuts.rows") },
    { keys: ["Enter"], what: t("shortcuts.open") },
    { keys: ["Esc"], what: t("shortcuts.close") },
    ...entries.map(({ shortcut, name }) => ({ keys: ["g", shortcut], what: t(`nav.${name}`) })),
  ];
  return (
    <Modal opened={isHelpOpen} onClose={() => setHelpOpen(false)} title={t("shortcuts.title")}>
      <dl className={classes.shortcuts}>
        {rows.map(({ keys, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return isTyping || document.querySelector("[aria-modal='true']") !== null;
}
