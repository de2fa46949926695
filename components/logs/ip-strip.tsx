"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ipDaysQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { groupDigits } from "../common/format-money.ts";
import { StateBadge } from "../common/state-badge.tsx";
import { lastDays, stripLines } from "./ip-strip-days.ts";
import classes from "./logs.module.css";

const shownDays = 30;
const mostLines = 12;
const newWithinMs = 48 * 3_600_000;

/** Where a key was used from, a line per address over 30 days; what came within the last two days is marked. */
export function IpStrip({ keyId }: { keyId: string }) {
  const t = useTranslations("logs.strip");
  const [nowMs] = useState(() => Date.now());
  const days = lastDays(nowMs, shownDays);
  const { data } = useQuery(ipDaysQuery({ keyId, from: `${days[0]}T00:00:00.000Z` }));
  if (data === undefined) return <div className={classes.stripWait} aria-busy="true" />;
  const lines = stripLines(data.items, days);
  if (lines.length === 0) return <p className={classes.note}>{t("none")}</p>;
  const isNew = (firstSeen: string) => lines.length > 1 && nowMs - Date.parse(firstSeen) < newWithinMs;
  return (
    <>
      <table className={classes.strip} aria-label={t("label")}>
        <tbody>
          {lines.slice(0, mostLines).map(({ ip, requests, firstSeen, days: cells }) => (
            <tr key={ip}>
              <th scope="row">
                <Link href={`/logs?keyId=${keyId}&ip=${encodeURIComponent(ip)}&range=30d`}>{ip}</Link>
                {isNew(firstSeen) && (
                  <StateBadge tone="warn" plain>
                    {t("new")}
                  </StateBadge>
                )}
              </th>
              <td aria-hidden className={classes.stripDays}>
                {cells.map((cell) => (
                  <i
                    key={cell.day}
                    data-level={levelOf(cell.requests)}
                    data-first={cell.isFirst || undefined}
                    title={`${cell.day}: ${groupDigits(String(cell.requests))}`}
                  />
                ))}
              </td>
              <td className={classes.stripCount}>{t("calls", { count: requests })}</td>
              <td className={classes.stripSince}>
                <Ago at={firstSeen} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(lines.length > mostLines || data.nextCursor !== null) && (
        <p className={classes.note}>{t("more", { shown: mostLines, count: lines.length })}</p>
      )}
    </>
  );
}

/** 0 none, then by powers of ten: a first call and a flood must both be seen. */
function levelOf(requests: number): number {
  return requests === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(requests)));
}
