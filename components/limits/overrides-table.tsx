"use client";

import { IconGauge } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { limitsQuery } from "#lib/api/queries";
import type { LimitAnswer } from "#lib/limits/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { useLimitParams } from "./limit-params.ts";

const column = tableColumns<LimitAnswer>();

/** Every limit that is not a default, whose it is and how it stands; a row leads to its place in the grid. */
export function OverridesTable() {
  const t = useTranslations("limits");
  const [, setParams] = useLimitParams();
  const pages = useInfiniteQuery(limitsQuery());
  const data = useMemo(
    () =>
      pages.data && {
        pages: pages.data.pages.map((page) => ({
          ...page,
          items: page.items.filter(({ scope }) => scope !== "default"),
        })),
      },
    [pages.data],
  );
  const columns = useMemo(
    () =>
      column.columns([
        column.value((row) => row.scopeName ?? row.scopeId, {
          id: "whose",
          header: t("whose"),
          cell: ({ row }) => row.original.scopeName ?? row.original.scopeId,
          meta: { share: 26, card: "title" },
        }),
        column.value((row) => row.scope, {
          id: "scope",
          header: t("scopeKind"),
          cell: ({ row }) => t(`scopes.${row.original.scope}`),
          meta: { width: 96, card: "line" },
        }),
        column.value((row) => row.model, {
          id: "model",
          header: t("model"),
          cell: ({ row }) => row.original.model ?? t("allModels"),
        }),
        column.value((row) => row.metric, {
          id: "metric",
          header: t("metric"),
          cell: ({ row }) => t(`metrics.${row.original.metric}`),
          meta: { width: 110, card: "lineAside" },
        }),
        column.value((row) => row.value, {
          id: "value",
          header: t("value"),
          cell: ({ row }) => <Count value={row.original.value} />,
          meta: { width: 140, align: "right", card: "aside" },
        }),
        column.display({
          id: "state",
          header: t("state"),
          cell: ({ row }) => <LimitState limit={row.original} />,
          meta: { width: 170 },
        }),
        column.value((row) => row.updatedAt, {
          id: "updatedAt",
          header: t("updated"),
          cell: ({ row }) => <Ago at={row.original.updatedAt} />,
          meta: { width: 110, align: "right" },
        }),
      ]),
    [t],
  );
  return (
    <DataTable
      label={t("views.overrides")}
      columns={columns}
      pages={{ ...pages, data }}
      rowId={(limit) => limit.id}
      onOpen={({ scope, scopeId }) => void setParams({ view: "grid", scope, scopeId })}
      empty={
        <EmptyState icon={IconGauge} title={t("noOverrides")}>
          {t("noOverridesText")}
        </EmptyState>
      }
    />
  );
}

function LimitState({ limit: { shadow, grant } }: { limit: LimitAnswer }) {
  const t = useTranslations("limits");
  if (shadow) return <StateBadge tone="idle">{t("shadow")}</StateBadge>;
  if (grant === null) return <StateBadge tone="ok">{t("enforced")}</StateBadge>;
  return (
    <StateBadge tone="warn">
      {t("grantedUntil")} <Ago at={grant.until} />
    </StateBadge>
  );
}
