"use client";

import { Button, Switch } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { auditQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { groupDigits } from "../common/format-money.ts";
import { useCan } from "../shell/me.tsx";
import { DryRunLine } from "./dry-run-line.tsx";
import { cellKey, type GridScope, metricColumns } from "./limit-edits.ts";
import type { Place } from "./limit-grid.tsx";
import classes from "./limits.module.css";
import type { LimitGridState } from "./use-limit-grid.ts";

type Props = { grid: LimitGridState; scope: GridScope; place: Place; mayWrite: boolean };

/** What the chosen cell holds, who set it and when, shadow mode, and what it would have refused. */
export function CellBar({ grid, scope, place, mayWrite }: Props) {
  const t = useTranslations("limits");
  const row = grid.rows[place.row];
  const metric = metricColumns[place.column];
  if (row === undefined || metric === undefined) return null;
  const key = cellKey(row, metric);
  const stood = grid.standing.get(key);
  const value = grid.currentOf(key);
  return (
    <section className={classes.cellBar} aria-label={t("chosenCell")}>
      <div className={classes.cellName}>
        <strong>{row.model ?? t("allModels")}</strong>
        <span>{t(`metricHelp.${metric}`)}</span>
        <span className={classes.dim}>{value === null ? t("noLimit") : groupDigits(String(value))}</span>
        {stood?.grant != null && (
          <span>
            {t("grantedUntil")} <Ago at={stood.grant.until} />
          </span>
        )}
      </div>
      {stood !== undefined && <LastChange id={stood.id} at={stood.updatedAt} />}
      {value !== null && (
        <div className={classes.cellActions}>
          <Switch
            size="xs"
            label={t("shadow")}
            description={t("shadowHelp")}
            disabled={!mayWrite}
            checked={grid.shadowOf(key)}
            onChange={({ currentTarget }) => grid.setShadow(key, currentTarget.checked)}
          />
          <DryRunLine
            key={`${key}\n${value}`}
            limit={{ scope: scope.scope, scopeId: scope.id, model: row.model, metric, value }}
          />
        </div>
      )}
    </section>
  );
}

/** Who changed it last; the seeded ones nobody did. */
function LastChange({ id, at }: { id: string; at: string }) {
  const t = useTranslations("limits");
  const mayRead = useCan("audit.read");
  const { data } = useInfiniteQuery({
    ...auditQuery({ targetType: "limit", targetId: id, limit: 1 }),
    enabled: mayRead,
  });
  const entry = data?.pages[0]?.items[0];
  return (
    <div className={classes.cellChange}>
      {entry === undefined ? t("seeded") : t("changedBy", { name: entry.actorName })}{" "}
      <Ago at={entry?.at ?? at} />
      {entry !== undefined && (
        <Button
          component={Link}
          href={`/audit-log?targetType=limit&targetId=${id}`}
          variant="subtle"
          size="compact-xs"
        >
          {t("history")}
        </Button>
      )}
    </div>
  );
}
