"use client";

import { HoverCard } from "@mantine/core";
import { useLocale, useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import classes from "./common.module.css";
import { CopyButton } from "./copy-button.tsx";
import { relativeTime } from "./relative-time.ts";

/** A moment, relative in the cell; hovering or focusing shows it in local time, UTC and Unix seconds. */
export function Ago({ at }: { at: string | null }) {
  const locale = useLocale();
  const nowMs = useNowMs();
  if (at === null) return <span className={classes.none}>–</span>;
  return (
    <HoverCard openDelay={300} closeDelay={80} shadow="md" withinPortal>
      <HoverCard.Target>
        {/* A button because it opens something; out of the tab order because rows have many and sheets say it in full. */}
        <button type="button" tabIndex={-1} className={classes.ago} data-passive>
          <time dateTime={at} suppressHydrationWarning>
            {relativeTime(Date.parse(at), nowMs, locale)}
          </time>
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown p="xs">
        <Moments at={at} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

/** The same moment as people and programs write it, each with a button that copies it. */
export function Moments({ at }: { at: string }) {
  const t = useTranslations("common");
  const locale = useLocale();
  const date = new Date(at);
  const local = date.toLocaleString(locale, { dateStyle: "medium", timeStyle: "medium" });
  const rows = [
    { label: t("localTime"), text: local },
    { label: "UTC", text: date.toISOString() },
    { label: "Unix", text: String(Math.floor(date.getTime() / 1000)) },
  ];
  return (
    <dl className={classes.moments}>
      {rows.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span suppressHydrationWarning>{text}</span>
            <CopyButton value={text} label={t("copyValue", { what: label })} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

let tickMs = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all moments on the page, so that they change together, every 10 s. */
function useNowMs(): number {
  return useSyncExternalStore(subscribe, readTick, readTick);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickMs = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function readTick(): number {
  if (timer === undefined && Date.now() - tickMs > 10_000) tickMs = Date.now();
  return tickMs;
}
