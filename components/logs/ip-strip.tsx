"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ipDaysQuery, keyPatternQuery } from "#lib/api/queries";
import { networkOf } from "#lib/detection/network";
import type { NetworkState } from "#lib/detection/schema";
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
  const { data: pattern } = useQuery(keyPatternQuery(keyId));
  if (data === undefined) return <div className={classes.stripWait} aria-busy="true" />;
  const lines = stripLines(data.items, days);
  if (lines.length === 0) return <p className={classes.note}>{t("none")}</p>;
  const isNew = (firstSeen: string) => lines.length > 1 && nowMs - Date.parse(firstSeen) < newWithinMs;
  const known = new Map(pattern?.networks.map((one) => [one.network, one]));
  return (
    <>
      <table className={classes.strip} aria-label={t("label")}>
        <tbody>
          {lines.slice(0, mostLines).map(({ ip, requests, firstSeen, days: cells }) => (
            <tr key={ip}>
              <th scope="row">
                <Link href={`/logs?keyId=${keyId}&ip=${encodeURIComponent(ip)}&range=30d`}>{ip}</Link>
                <Mark state={known.get(networkOf(ip))?.state} isNew={isNew(firstSeen)} />
                <Carrier
                  name={known.get(networkOf(ip))?.carrier}
                  country={known.get(networkOf(ip))?.country}
                />
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

/** What detection holds of an address's network; what it does not know is new for two days. */
function Mark({ state, isNew }: { state: NetworkState | undefined; isNew: boolean }) {
  const t = useTranslations("logs.strip");
  if (state === "suspect") {
    return (
      <StateBadge tone="bad" plain>
        {t("suspect")}
      </StateBadge>
    );
  }
  if (state === "trusted" || !(state === "new" || isNew)) return null;
  return (
    <StateBadge tone="warn" plain>
      {t("new")}
    </StateBadge>
  );
}

/** Whose network it is, where tables tell. */
function Carrier({ name, country }: { name: string | null | undefined; country: string | null | undefined }) {
  if (name === undefined || name === null) return null;
  return (
    <span className={classes.stripCarrier} title={name}>
      {country === null || country === undefined ? name : `${name}, ${country}`}
    </span>
  );
}

/** 0 none, then by powers of ten: a first call and a flood must both be seen. */
function levelOf(requests: number): number {
  return requests === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(requests)));
}
