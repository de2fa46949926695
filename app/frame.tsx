import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { readTablePrefs, tablePrefsCookie } from "#components/data-table/read-table-prefs";
import { Enrol } from "#components/profile/enrol";
import { ConsoleShell } from "#components/shell/console-shell";
import { readMe } from "./me.ts";

/**
 * The console around a page for those who are signed in; for others what `otherwise` shows, at the same address.
 * Who has to set up a second factor first sees only that.
 */
export async function Frame({ otherwise, children }: { otherwise: ReactNode; children: ReactNode }) {
  const me = await readMe();
  if (me === undefined) return otherwise;
  const tables = readTablePrefs((await cookies()).get(tablePrefsCookie)?.value);
  return (
    <ConsoleShell me={me} tables={tables}>
      {me.mustEnrolTotp ? <Enrol /> : children}
    </ConsoleShell>
  );
}
