"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { incidentsQuery, waitingQuery } from "#lib/api/queries";
import classes from "./incidents.module.css";

/** Says that a key of the asker's may be in other hands and leads there; nothing while none is. */
export function OpenIncidents() {
  const t = useTranslations("incidents.strip");
  // The number that the sidebar asks for, too: one request for both.
  const { data } = useQuery(waitingQuery("/api/incidents/open"));
  const count = data?.waiting ?? 0;
  const open = useInfiniteQuery({ ...incidentsQuery({ state: "open", limit: 1 }), enabled: count === 1 });
  const only = count === 1 ? open.data?.pages[0]?.items[0] : undefined;
  if (count === 0) return null;
  return (
    <p className={classes.strip} role="status">
      {only === undefined ? t("some", { count }) : t("one", { key: only.keyName })}{" "}
      <Link href={only === undefined ? "/incidents?state=open" : `/incidents/${only.id}`}>{t("look")}</Link>
    </p>
  );
}
