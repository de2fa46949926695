"use client";

import { cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useState } from "react";

// Placing a box beside a button takes as much code as the whole table: it comes with the first box that is opened.
const load = () => import("./popover-part.tsx");
const PopoverPart = lazy(() => load().then((module) => ({ default: module.PopoverPart })));

export type LazyPopoverProps = {
  opened: boolean;
  onChange: (opened: boolean) => void;
  /** Pixels. */
  width: number;
  padding?: number;
  /** The button that opens it; it says that it does. */
  target: ReactElement<{ onPointerEnter?: () => void; onFocus?: () => void }>;
  children: ReactNode;
};

/** A box under its button, keeping the focus while it is open and giving it back. Its code loads as one reaches for it. */
export function LazyPopover(props: LazyPopoverProps) {
  const [wasOpen, setWasOpen] = useState(props.opened);
  if (props.opened && !wasOpen) setWasOpen(true);
  const reach = () => void load();
  const closed = cloneElement(props.target, { onPointerEnter: reach, onFocus: reach });
  if (!wasOpen) return closed;
  return (
    <Suspense fallback={closed}>
      <PopoverPart {...props} />
    </Suspense>
  );
}
