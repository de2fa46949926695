"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { limitServerQuery } from "#lib/api/queries";
import type { LimitServerAnswer } from "#lib/limits/server-schema";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./counting-line.module.css";

/** How nodes count limits, in a sentence: together, divided, or each for itself. */
export function CountingLine() {
  const t = useTranslations("limitServer");
  const { data } = useQuery({ ...limitServerQuery(), refetchInterval: 5_000 });
  if (data === undefined) return null;
  return (
    <p className={classes.counting}>
      <StateBadge tone={data.counting.away ? "bad" : "ok"}>
        {t(data.counting.away ? "away" : "counting")}
      </StateBadge>
      <span>{sentenceOf(data, t)}</span>
    </p>
  );
}

function sentenceOf(
  { counting: { by, away, nodes, countedTogetherBelow }, host }: LimitServerAnswer,
  t: ReturnType<typeof useTranslations<"limitServer">>,
): string {
  if (away) return by === "valkey" ? t("awayValkey", { host: host ?? "" }) : t("awayPostgres");
  if (by === "valkey") return t("byValkey", { host: host ?? "", nodes });
  if (by === "postgres") return t("byPostgres", { nodes, below: countedTogetherBelow ?? 0 });
  return t("byNode");
}
