"use client";

import { Button } from "@mantine/core";
import { IconFileImport, IconHistory, IconPencil } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { priceVersionsQuery } from "#lib/api/queries";
import type { PriceVersionSummary } from "#lib/pricing/version-schema";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { groupDigits } from "../common/format-money.ts";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import classes from "./prices.module.css";
import { VersionState } from "./version-state.tsx";

const ImportPrices = dynamic(() => import("./import-prices.tsx").then((module) => module.ImportPrices), {
  ssr: false,
});
const column = tableColumns<PriceVersionSummary>();

/** Every price version, newest first: what is drafted, to come, in force, over. */
export function VersionsView() {
  const t = useTranslations("prices");
  const router = useRouter();
  const pages = useInfiniteQuery(priceVersionsQuery());
  const [isImporting, setIsImporting] = useState(false);
  const columns = useVersionColumns();
  return (
    <>
      <PageHeader title={t("versions")} parent={{ href: "/models", title: t("models") }}>
        <Button
          variant="default"
          leftSection={<IconFileImport size={16} />}
          onClick={() => setIsImporting(true)}
        >
          {t("import")}
        </Button>
        <Button component={Link} href="/models/prices" leftSection={<IconPencil size={16} />}>
          {t("editTitle")}
        </Button>
      </PageHeader>
      <DataTable
        label={t("versions")}
        columns={columns}
        pages={pages}
        rowId={(version) => version.id}
        onOpen={(version) => router.push(`/models/versions/${version.id}`)}
        empty={<EmptyState icon={IconHistory} title={t("noVersions")} />}
      />
      {isImporting && <ImportPrices onClose={() => setIsImporting(false)} />}
    </>
  );
}

function useVersionColumns() {
  const t = useTranslations("prices");
  return useMemo(
    () =>
      column.columns([
        column.display({
          id: "number",
          header: t("number"),
          cell: ({ row }) => row.original.number,
          meta: { width: 76, align: "right" },
        }),
        column.display({
          id: "note",
          header: t("note"),
          cell: ({ row }) => row.original.note || <NoNote number={row.original.number} />,
          meta: { card: "title" },
        }),
        column.display({
          id: "state",
          header: t("state"),
          cell: ({ row }) => <VersionState state={row.original.state} />,
          meta: { width: 130, card: "aside" },
        }),
        column.display({
          id: "entries",
          header: t("entries"),
          cell: ({ row }) => groupDigits(String(row.original.entryCount)),
          meta: { width: 90, align: "right", card: "lineAside", cardLabel: true },
        }),
        column.display({
          id: "effectiveAt",
          header: t("effectiveAt"),
          cell: ({ row }) => <Ago at={row.original.effectiveAt} />,
          meta: { width: 150, card: "line" },
        }),
        column.display({
          id: "createdBy",
          header: t("createdBy"),
          cell: ({ row }) => row.original.createdBy,
          meta: { width: 170 },
        }),
        column.display({
          id: "createdAt",
          header: t("createdAt"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 140 },
        }),
      ]),
    [t],
  );
}

/** The number stands beside it but on a card, which it then names. */
function NoNote({ number }: { number: number }) {
  const t = useTranslations("prices");
  return (
    <>
      <span className={classes.besideNumber}>–</span>
      <span className={classes.onCard}>{t("versionTitle", { number })}</span>
    </>
  );
}
