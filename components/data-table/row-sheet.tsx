"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./row-sheet.module.css";

/** Where one goes from an open row: back to the list, or to its neighbours there. */
export type SheetSteps = {
  onClose: () => void;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
};

type Props = SheetSteps & { title: ReactNode; label: string; children: ReactNode };

/** A row's own page beside the list, which stays in use: j and k go to the neighbours, Esc closes. */
export function RowSheet({ title, label, children, onClose, onPrevious, onNext }: Props) {
  const t = useTranslations("table");
  const sheet = useRef<HTMLElement>(null);
  useFocusInAndBack(sheet);
  useWindowEvent("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    // Nobody types into a switch, which has no use for Esc of its own.
    if (isTyping(event.target) && !(event.key === "Escape" && isSwitch(event.target))) return;
    const action = { Escape: onClose, j: onNext, ArrowDown: onNext, k: onPrevious, ArrowUp: onPrevious }[
      event.key
    ];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  return (
    <section ref={sheet} className={classes.sheet} role="dialog" aria-label={label} tabIndex={-1}>
      <header className={classes.head}>
        <div className={classes.title}>{title}</div>
        <Tooltip label={t("previous")}>
          <ActionIcon aria-label={t("previous")} disabled={onPrevious === undefined} onClick={onPrevious}>
            <IconChevronUp size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("next")}>
          <ActionIcon aria-label={t("next")} disabled={onNext === undefined} onClick={onNext}>
            <IconChevronDown size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("close")}>
          <ActionIcon aria-label={t("close")} onClick={onClose}>
            <IconX size={17} />
          </ActionIcon>
        </Tooltip>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.body} tabIndex={0} aria-label={label}>
        {children}
      </section>
    </section>
  );
}

/** Reading starts in the sheet; closing gives the focus back to where it came from. */
function useFocusInAndBack(sheet: { current: HTMLElement | null }): void {
  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [sheet]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function isSwitch(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && /^(radio|checkbox)$/.test(target.type);
}
