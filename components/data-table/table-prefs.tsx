"use client";

import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { type ColumnWidths, noTablePrefs, type TablePrefs, tablePrefsCookie } from "./read-table-prefs.ts";

type Kept = TablePrefs & {
  setHidden: (table: string, columns: readonly string[]) => void;
  /** No widths: the columns are as wide as the list makes them. */
  setWidths: (table: string, widths: ColumnWidths | undefined) => void;
  setCompact: (isCompact: boolean) => void;
};

const PrefsContext = createContext<Kept>({
  ...noTablePrefs,
  setHidden: () => {},
  setWidths: () => {},
  setCompact: () => {},
});

/** Keeps the choice in a cookie, so that the server draws the table as it will be. */
export function TablePrefsProvider({ initial, children }: { initial: TablePrefs; children: ReactNode }) {
  const [prefs, setPrefs] = useState(initial);
  const keep = useCallback((next: TablePrefs) => {
    setPrefs(next);
    writeCookie(JSON.stringify(next));
  }, []);
  const value = useMemo<Kept>(
    () => ({
      ...prefs,
      setHidden: (table, columns) => keep({ ...prefs, hidden: { ...prefs.hidden, [table]: columns } }),
      setWidths: (table, widths) => {
        const { [table]: _before, ...others } = prefs.widths;
        keep({ ...prefs, widths: widths === undefined ? others : { ...others, [table]: widths } });
      },
      setCompact: (isCompact) => keep({ ...prefs, isCompact }),
    }),
    [prefs, keep],
  );
  return <PrefsContext value={value}>{children}</PrefsContext>;
}

export function useTablePrefs(): Kept {
  return use(PrefsContext);
}

function writeCookie(text: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API lacks a synchronous write
  document.cookie = `${tablePrefsCookie}=${encodeURIComponent(text)}; path=/; max-age=31536000; samesite=lax`;
}
