"use client";

import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import {
  type ColumnWidths,
  chosenFor,
  noTablePrefs,
  type TablePrefs,
  tablePrefsCookie,
  tablePrefsText,
} from "./read-table-prefs.ts";

type Kept = TablePrefs & {
  /** No columns (undefined): those are hidden that the list itself hides. */
  setHidden: (table: string, columns: readonly string[] | undefined) => void;
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
    writeCookie(tablePrefsText(next));
  }, []);
  const value = useMemo<Kept>(
    () => ({
      ...prefs,
      setHidden: (table, columns) => keep(chosenFor(prefs, table, "hidden", columns)),
      setWidths: (table, widths) => keep(chosenFor(prefs, table, "widths", widths)),
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
  document.cookie = `${tablePrefsCookie}=${text}; path=/; max-age=31536000; samesite=lax`;
}
