"use client";

import { useHotkeys } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { createContext, type ReactNode, use, useCallback, useState } from "react";

const CommandPalette = dynamic(
  () => import("./command-palette.tsx").then((module) => module.CommandPalette),
  {
    ssr: false,
  },
);

const OpenPalette = createContext<() => void>(() => {});

/** Opens the palette. Above it stands a PaletteProvider. */
export function useOpenPalette(): () => void {
  return use(OpenPalette);
}

/** ⌘K and the search buttons open the palette; its code comes with the first time. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  // A new number mounts it anew, and it opens as it mounts.
  const [opened, setOpened] = useState(0);
  const open = useCallback(() => setOpened((count) => count + 1), []);
  useHotkeys([["mod+K", open]], []);
  return (
    <OpenPalette value={open}>
      {children}
      {opened > 0 && <CommandPalette key={opened} />}
    </OpenPalette>
  );
}
