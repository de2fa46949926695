"use client";

import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { incidentDaysQuery } from "#lib/api/queries";
import { compactNumber } from "../common/compact-number.ts";
import { Money } from "../common/money.tsx";
import classes from "./incidents.module.css";

const StackedBars = dynamic(() => import("../charts/stacked-bars.tsx").then((module) => module.StackedBars), {
  ssr: false,
});
const dayMs = 86_400_000;
const height = 96;
const states = ["open", "acted", "resolved", "dismissed"] as const;
const colors = {
  open: "var(--tg-bad)",
  acted: "var(--tg-warn)",
  resolved: "color-mix(in srgb, var(--tg-accent) 62%, var(--mantine-color-body))",
  dismissed: "color-mix(in srgb, currentColor 24%, var(--mantine-color-body))",
};

type Props = {
  ends: { from: string; to: string };
  accountId: string | null;
  onRange: (from: string, to: string) => void;
};

/** Incidents by the day on which they were opened and by what became of them, with what they cost. */
export function DaysChart({ ends, accountId, onRange }: Props) {
  const t = useTranslations("incidents");
  const { data } = useQuery(incidentDaysQuery({ ...ends, accountId }));
  const fromMs = Math.floor(Date.parse(ends.from) / dayMs) * dayMs;
  const count = Math.max(1, Math.ceil((Date.parse(ends.to) - fromMs) / dayMs));
  const byDay = new Map(data?.days.map((day) => [Date.parse(day.day), day]));
  const rows = Array.from({ length: Math.min(count, 400) }, (_, index) => {
    const at = fromMs + index * dayMs;
    const day = byDay.get(at);
    return { t: at, values: states.map((state) => day?.[state] ?? 0) };
  });
  const total =
    data?.days.reduce((sum, day) => sum + day.open + day.acted + day.resolved + day.dismissed, 0) ?? 0;
  const loss = data?.days.reduce((sum, day) => sum + Number(day.loss), 0) ?? 0;
  return (
    <figure className={classes.chart} aria-label={t("chart")}>
      <figcaption className={classes.chartHead}>
        <b>{t("chart")}</b>
        <span>{t("total", { count: total })}</span>
        <span>
          {t("lossOfPeriod")} <Money value={loss.toFixed(6)} rounded />
        </span>
        <span className={classes.legend} aria-hidden>
          {states.map((state) => (
            <span key={state}>
              <i style={{ background: colors[state] }} />
              {t(`states.${state}`)}
            </span>
          ))}
        </span>
      </figcaption>
      <div style={{ minHeight: height }}>
        <StackedBars
          rows={rows}
          series={states.map((state) => ({ name: t(`states.${state}`), color: colors[state] }))}
          stepMs={dayMs}
          height={height}
          format={compactNumber}
          onSelect={(from, to) => onRange(new Date(from).toISOString(), new Date(to).toISOString())}
        />
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t("chart")}</caption>
          <tbody>
            {data?.days.map(({ day, loss: cost, ...counts }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {states.map((state) => (
                  <td key={state}>{counts[state]}</td>
                ))}
                <td>{cost}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}
