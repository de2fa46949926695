import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { NewsBanner } from "#components/announcements/lazy-news-banner";
import { readTablePrefs, tablePrefsCookie } from "#components/data-table/read-table-prefs";
import { Enrol } from "#components/profile/enrol";
import { ConsoleShell } from "#components/shell/console-shell";
import type { BannerNews } from "#lib/announcements/schema";
import { getNews } from "#lib/api/operations/announcements";
import { answerOf } from "./answer.ts";
import { readMe } from "./me.ts";

/**
 * The console around a page for those who are signed in; for others what `otherwise` shows, at the same address.
 * Who has to set up a second factor first sees only that.
 */
export async function Frame({ otherwise, children }: { otherwise: ReactNode; children: ReactNode }) {
  const me = await readMe();
  if (me === undefined) return otherwise;
  const tables = readTablePrefs((await cookies()).get(tablePrefsCookie)?.value);
  const isCustomer = me.role === "customer" && !me.mustEnrolTotp;
  const news = isCustomer ? (await answerOf<{ news: BannerNews }>(getNews, "/api/me/news"))?.news : null;
  return (
    <ConsoleShell me={me} tables={tables}>
      {news != null && <NewsBanner key={news.id} news={news} />}
      {me.mustEnrolTotp ? <Enrol /> : children}
    </ConsoleShell>
  );
}
