"use client";

import { IconKey } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { accountQuery, keysQuery, logsQuery, metricsQuery } from "#lib/api/queries";
import { formatUsd, parseUsd } from "#lib/core/money";
import { LazyTimeSeries } from "../charts/lazy-time-series.tsx";
import { prepareSeries } from "../charts/prepare-series.ts";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { groupDigits, moneyRounded } from "../common/format-money.ts";
import { Money } from "../common/money.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import classes from "./portal.module.css";
import { dayMs, startOfHour } from "./spans.ts";

const height = 220;

/** A customer's first page: what is left, what was spent, and the last calls, each leading to its rows. */
export function DashboardView({
  accountId,
  incidents,
  low,
  tiers,
}: {
  accountId: string;
  incidents: ReactNode;
  low: ReactNode;
  tiers: ReactNode;
}) {
  const t = useTranslations("portal");
  const account = useQuery({ ...accountQuery(accountId), refetchInterval: 30_000 });
  return (
    <>
      <PageHeader title={t("title")} beside={account.data?.name} />
      <div className={classes.page}>
        {account.data === undefined && account.error !== null && (
          <ErrorState error={account.error} onRetry={() => void account.refetch()} />
        )}
        {account.data?.status === "suspended" && (
          <p className={classes.notice} role="status">
            {t("suspended")}
          </p>
        )}
        {incidents}
        {account.data !== undefined && (
          <div className={classes.figures}>
            <Figure
              name={t("available")}
              href={`/accounts/${accountId}`}
              value={<Money value={account.data.available} strong />}
              below={t("heldNow", { amount: moneyRounded(account.data.held) })}
            />
            <Spend />
            <Requests />
          </div>
        )}
        {low}
        <SpendChart />
        {tiers}
        <LastCalls />
      </div>
    </>
  );
}

function Spend() {
  const t = useTranslations("portal");
  const day = sumUsd(usePoints("cost", 1));
  const month = sumUsd(usePoints("cost", 30));
  return (
    <Figure name={t("spend24h")} href="/logs?range=24h" value={day} below={t("in30Days", { value: month })} />
  );
}

function Requests() {
  const t = useTranslations("portal");
  const day = countCalls(usePoints("rpm", 1));
  const month = countCalls(usePoints("rpm", 30));
  return (
    <Figure
      name={t("requests24h")}
      href="/logs?range=24h"
      value={day}
      below={t("in30Days", { value: month })}
    />
  );
}

type Points = readonly { value: number | string }[] | undefined;

/** The hours of the last days. */
function usePoints(metric: "cost" | "rpm", days: number): Points {
  return useQuery(metricsQuery(useHours(metric, days))).data?.series[0]?.points;
}

function sumUsd(points: Points): string {
  if (points === undefined) return "–";
  return moneyRounded(formatUsd(points.reduce((sum, { value }) => sum + parseUsd(String(value)), 0n)));
}

/** Points are calls a minute, averaged over an hour. */
function countCalls(points: Points): string {
  if (points === undefined) return "–";
  return groupDigits(String(Math.round(points.reduce((sum, { value }) => sum + Number(value) * 60, 0))));
}

function useHours(metric: "cost" | "rpm", days: number) {
  const [openedAt] = useState(() => Date.now());
  const to = startOfHour(openedAt) + dayMs / 24;
  const from = new Date(to - days * dayMs).toISOString();
  return { metric, step: 3600, from, to: new Date(to).toISOString() };
}

function SpendChart() {
  const t = useTranslations("portal");
  const query = useQuery(metricsQuery(useHours("cost", 7)));
  const points = query.data?.series[0]?.points;
  const chart =
    points === undefined
      ? null
      : prepareSeries([{ group: "now", name: t("spend"), points }], {
          stepMs: dayMs / 24,
          nowMs: query.dataUpdatedAt,
          shiftsMs: [0],
        });
  return (
    <section className={classes.section} aria-label={t("spend7d")}>
      <h2 className={classes.heading}>{t("spend7d")}</h2>
      <div className={classes.plot} style={{ height }}>
        {chart !== null && (
          <LazyTimeSeries
            label={t("spend7d")}
            chart={chart}
            firstHue={0}
            format={moneyRounded}
            height={height}
            stepMs={dayMs / 24}
          />
        )}
        {chart?.isEmpty === true && <p className={classes.nothing}>{t("nothingSpent")}</p>}
      </div>
    </section>
  );
}

function LastCalls() {
  const t = useTranslations("portal");
  const logs = useInfiniteQuery(logsQuery({ limit: 8 }));
  const keys = useInfiniteQuery(keysQuery({ limit: 1 }));
  const rows = logs.data?.pages[0]?.items ?? [];
  const hasKeys = (keys.data?.pages[0]?.items.length ?? 1) > 0;
  return (
    <section className={classes.section} aria-label={t("lastCalls")}>
      <h2 className={classes.heading}>{t("lastCalls")}</h2>
      {logs.data !== undefined && rows.length === 0 && (
        <EmptyState
          icon={IconKey}
          title={hasKeys ? t("noCalls") : t("noKeys")}
          action={
            <Link href={hasKeys ? "/keys" : "/keys?new=true"}>{hasKeys ? t("toKeys") : t("makeKey")}</Link>
          }
        />
      )}
      <ul className={classes.calls}>
        {rows.map((row) => (
          <li key={row.requestId}>
            <span className={classes.status} data-failed={row.status >= 400 || undefined}>
              {row.status}
            </span>
            <Link className={classes.model} href={`/logs?row=${row.requestId}`}>
              {row.model ?? t("call")}
            </Link>
            <span className={classes.dim}>{row.keyName ?? "–"}</span>
            <span className={classes.cost}>
              <Money value={row.cost} />
            </span>
            <span className={classes.time}>
              <Ago at={row.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type FigureProps = { name: string; href: string; value: ReactNode; below: string };

function Figure({ name, href, value, below }: FigureProps) {
  return (
    <Link href={href} className={classes.figure}>
      <span className={classes.figureName}>{name}</span>
      <span className={classes.figureValue}>{value}</span>
      <span className={classes.dim}>{below}</span>
    </Link>
  );
}

/** Someone who belongs to no account (any more). */
export function NoAccount() {
  const t = useTranslations("portal");
  return (
    <EmptyState icon={IconKey} title={t("noAccount")} titleAs="h1">
      {t("noAccountText")}
    </EmptyState>
  );
}
