"use client";

import { Kbd, Modal } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { NavEntry } from "./nav.ts";
import classes from "./shell.module.css";

/** All keys and what they do. */
export function ShortcutHelp({ entries, onClose }: { entries: readonly NavEntry[]; onClose: () => void }) {
  const t = useTranslations();
  const rows = [
    { keys: ["⌘", "K"], what: t("shortcuts.palette") },
    { keys: ["/"], what: t("shortcuts.search") },
    { keys: ["j", "k"], what: t("shortcuts.rows") },
    { keys: ["Enter"], what: t("shortcuts.open") },
    { keys: ["x"], what: t("shortcuts.choose") },
    { keys: ["c"], what: t("shortcuts.create") },
    { keys: ["r"], what: t("shortcuts.refresh") },
    { keys: ["⌘", "Enter"], what: t("shortcuts.submit") },
    { keys: ["Esc"], what: t("shortcuts.close") },
    { keys: ["?"], what: t("shortcuts.help") },
    ...entries.map(({ shortcut, name }) => ({ keys: ["g", shortcut], what: t(`nav.${name}`) })),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("shortcuts.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
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
