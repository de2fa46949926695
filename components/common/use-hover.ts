import { useEffect, useRef, useState } from "react";

export type Hover = { onPointerEnter: () => void; onPointerLeave: () => void };

const openMs = 300;
const closeMs = 80;

/**
 * Whether one has rested on something, or on the card that it opened: both take `hover`. A pointer that only passes
 * over opens nothing.
 */
export function useHover(): { isOpen: boolean; close: () => void; hover: Hover } {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const become = (open: boolean, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(open), afterMs);
  };
  return {
    isOpen,
    close: () => become(false, 0),
    hover: { onPointerEnter: () => become(true, openMs), onPointerLeave: () => become(false, closeMs) },
  };
}
