"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Overview } from "#lib/metrics/schema";
import { useRoundedMoney } from "../common/currency.tsx";
import { groupDigits, moneyText } from "../common/format-money.ts";
import { changeOf } from "./change-of.ts";
import classes from "./overview.module.css";

/** Requests a minute, spend and errors, each against the same time last week and each a link to its rows. */
export function Figures({ overview }: { overview: Overview }) {
  const t = useTranslations("overview.figures");
  const money = useRoundedMoney();
  const { rpmNow, rpmSameHourLastWeek, spendToday, spendSameTimeLastWeek, errorsLastHour } = overview;
  return (
    <div className={classes.figures}>
      <Figure
        name={t("rpm")}
        href="/logs?range=15m"
        value={groupDigits(String(Math.round(rpmNow)))}
        beside={<Change now={rpmNow} before={rpmSameHourLastWeek} />}
        below={t("lastWeek", { value: rounded(rpmSameHourLastWeek) })}
      />
      <Figure
        name={t("spend")}
        href={`/logs?from=${encodeURIComponent(overview.dayStart)}`}
        value={<span title={moneyText(spendToday)}>{money(spendToday)}</span>}
        beside={<Change now={Number(spendToday)} before={Number(spendSameTimeLastWeek)} />}
        below={t("lastWeek", { value: money(spendSameTimeLastWeek) })}
      />
      <Figure
        name={t("errors")}
        href="/logs?range=1h&status=failed"
        value={`${rounded(errorsLastHour.share * 100)} %`}
        below={t("errorsOf", {
          errors: errorsLastHour.errors,
          requests: groupDigits(String(errorsLastHour.requests)),
        })}
      />
    </div>
  );
}

type FigureProps = { name: string; href: string; value: ReactNode; beside?: ReactNode; below: string };

function Figure({ name, href, value, beside, below }: FigureProps) {
  return (
    <Link href={href} className={classes.figure}>
      <span className={classes.figureName}>{name}</span>
      <span className={classes.figureValue}>
        {value} {beside}
      </span>
      <span className={classes.figureBelow}>{below}</span>
    </Link>
  );
}

function Change({ now, before }: { now: number; before: number }) {
  const change = changeOf(now, before);
  return change === null ? null : <span className={classes.change}>{change}</span>;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
