"use client";

import dynamic from "next/dynamic";
import { useLocale } from "next-intl";
import { useRef, useSyncExternalStore } from "react";
import classes from "./common.module.css";
import { relativeTime } from "./relative-time.ts";
import { useHover } from "./use-hover.ts";

// Rows show hundreds of moments and people look into few of them: the card comes when one is looked into.
const MomentCard = dynamic(() => import("./moment-card.tsx").then((module) => module.MomentCard), {
  ssr: false,
});

/** A moment, relative in the cell; hovering shows it in local time, UTC and Unix seconds. */
export function Ago({ at }: { at: string | null }) {
  const locale = useLocale();
  const nowMs = useNowMs();
  const target = useRef<HTMLButtonElement>(null);
  const { isOpen, close, hover } = useHover();
  if (at === null) return <span className={classes.none}>–</span>;
  return (
    <>
      {/* A button because it opens something; out of the tab order because rows have many and sheets say it in full. */}
      <button type="button" tabIndex={-1} className={classes.ago} data-passive ref={target} {...hover}>
        <time dateTime={at} suppressHydrationWarning>
          {relativeTime(Date.parse(at), nowMs, locale)}
        </time>
      </button>
      {isOpen && <MomentCard at={at} target={target} hover={hover} onClose={close} />}
    </>
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
