"use client";

import { Popover } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { LazyPopoverProps } from "./lazy-popover.tsx";

/** The box itself. It comes in the place of a button that had the focus: it takes it over, and only then opens. */
export function PopoverPart({ opened, onChange, width, padding, target, children }: LazyPopoverProps) {
  const button = useRef<HTMLElement>(null);
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    button.current?.focus({ preventScroll: true });
    setThere(true);
  }, []);
  return (
    <Popover
      opened={opened && isThere}
      onChange={onChange}
      trapFocus
      returnFocus
      position="bottom-start"
      width={width}
    >
      <Popover.Target ref={button}>{target}</Popover.Target>
      <Popover.Dropdown {...(padding === undefined ? {} : { p: padding })}>{children}</Popover.Dropdown>
    </Popover>
  );
}
