"use client";

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import classes from "./common.module.css";
import { Moments } from "./moments.tsx";
import type { Hover } from "./use-hover.ts";

type Props = { at: string; target: RefObject<HTMLElement | null>; hover: Hover; onClose: () => void };

/** The card beside a moment that one rests on. Above it where there is no room below; gone once anything scrolls. */
export function MomentCard({ at, target, hover, onClose }: Props) {
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ top: number; left: number } | null>(null);
  useLayoutEffect(() => {
    const anchor = target.current?.getBoundingClientRect();
    const own = card.current?.getBoundingClientRect();
    if (anchor === undefined || own === undefined) return;
    const below = anchor.bottom + gap;
    const fits = below + own.height <= window.innerHeight;
    const left = Math.min(Math.max(gap, anchor.left), window.innerWidth - own.width - gap);
    setPlace({ top: fits ? below : anchor.top - own.height - gap, left });
  }, [target]);
  useEffect(() => {
    const away = () => onClose();
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && onClose();
    window.addEventListener("scroll", away, true);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("scroll", away, true);
      window.removeEventListener("keydown", onKey);
    };
  }, [onClose]);
  const style = place ?? { top: 0, left: 0, visibility: "hidden" as const };
  return createPortal(
    <div
      ref={card}
      className={classes.momentCard}
      style={style}
      role="tooltip"
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.stopPropagation()}
      {...hover}
    >
      <Moments at={at} />
    </div>,
    document.body,
  );
}

const gap = 6;
