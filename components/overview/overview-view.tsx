"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { overviewQuery } from "#lib/api/queries";
import type { Overview } from "#lib/metrics/schema";
import { ErrorState } from "../common/error-state.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { TrafficChart } from "../shell/traffic-chart.tsx";
import { Figures } from "./figures.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { HealthLine } from "./health-line.tsx";
import classes from "./overview.module.css";
import { TopMovers } from "./top-movers.tsx";

const refreshMs = 15_000;

/** Is anything wrong, how does now compare with last week, who changed; an empty instance shows the next step. */
export function OverviewView({ channels }: { channels: ReactNode }) {
  const t = useTranslations("overview");
  const { data, error, refetch } = useQuery({ ...overviewQuery(), refetchInterval: refreshMs });
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {data !== undefined && <OverviewBody overview={data} channels={channels} />}
      </div>
    </>
  );
}

function OverviewBody({ overview, channels }: { overview: Overview; channels: ReactNode }) {
  const t = useTranslations("overview");
  const { counts } = overview;
  const isReady = counts.channels > 0 && counts.accounts > 0 && counts.keys > 0;
  // Once begun they stay until one leaves them: the key that was just made is shown nowhere else.
  const [isBeginning, setBeginning] = useState(!isReady);
  if (isBeginning) return <FirstSteps counts={counts} onDone={() => setBeginning(false)} />;
  return (
    <>
      <HealthLine overview={overview} />
      <Figures overview={overview} />
      <TrafficChart />
      <div className={classes.columns}>
        <section aria-labelledby="movers">
          <h2 id="movers" className={classes.heading}>
            {t("movers")}
          </h2>
          <TopMovers movers={overview.topMovers} />
        </section>
        <section aria-labelledby="channels">
          <header className={classes.head}>
            <h2 id="channels" className={classes.heading}>
              {t("channels")}
            </h2>
            <Link href="/channels" className={classes.more}>
              {t("allChannels")}
            </Link>
          </header>
          {channels}
        </section>
      </div>
    </>
  );
}
