"use client";

import { Button } from "@mantine/core";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { useMemo } from "react";
import { groupsQuery } from "#lib/api/queries";
import type { Group } from "#lib/groups/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { GroupAccess } from "./group-access.tsx";
import classes from "./groups.module.css";

const GroupForm = dynamic(() => import("./group-form.tsx").then((module) => module.GroupForm), {
  ssr: false,
});

const column = tableColumns<Group>();

/** All groups, which customers know as lines: what each costs, who is on it; a row leads to the group's page. */
export function GroupsView() {
  const t = useTranslations("groups");
  const router = useRouter();
  const [isNew, setNew] = useQueryState("new", parseAsBoolean.withOptions(pushed));
  const pages = useInfiniteQuery(groupsQuery());
  const columns = useGroupColumns();
  const create = useCan("groups.write") && (
    <Button data-hotkey="create" leftSection={<IconPlus size={16} />} onClick={() => void setNew(true)}>
      {t("create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")}>{create}</PageHeader>
      <DataTable
        label={t("title")}
        columns={columns}
        pages={pages}
        rowId={(group) => group.id}
        onOpen={(group) => router.push(`/groups/${group.id}`)}
        empty={<EmptyState icon={IconRoute} title={t("emptyTitle")} action={create} />}
      />
      {isNew === true && (
        <GroupForm
          group={null}
          onClose={() => void setNew(null)}
          onSaved={(group) => router.push(`/groups/${group.id}`)}
        />
      )}
    </>
  );
}

function useGroupColumns() {
  const t = useTranslations("groups");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.name, {
          id: "name",
          header: t("name"),
          cell: ({ row }) => <Link href={`/groups/${row.original.id}`}>{row.original.name}</Link>,
          meta: { card: "title", width: 200 },
        }),
        column.value((row) => row.description, {
          id: "description",
          header: t("description"),
          cell: ({ row }) => <span className={classes.dim}>{row.original.description || "–"}</span>,
        }),
        column.value((row) => row.access, {
          id: "access",
          header: t("models"),
          cell: ({ row }) => <GroupAccess group={row.original} />,
          meta: { width: 210, card: "line" },
        }),
        column.value((row) => row.multiplier, {
          id: "multiplier",
          header: t("multiplier"),
          cell: ({ row }) => <MultiplierCell value={row.original.multiplier} />,
          meta: { width: 110, align: "right", card: "aside" },
        }),
        column.display({
          id: "scheduled",
          header: t("next"),
          cell: ({ row: { original } }) =>
            original.scheduled === null ? (
              <span className={classes.dim}>–</span>
            ) : (
              <span className={classes.next}>
                <MultiplierCell value={original.scheduled.multiplier} />{" "}
                <Ago at={original.scheduled.effectiveAt} />
              </span>
            ),
          meta: { width: 160, align: "right" },
        }),
        column.value((row) => row.accounts, {
          id: "accounts",
          header: t("accounts"),
          cell: ({ row }) => <Count value={row.original.accounts} />,
          meta: { width: 104, align: "right", card: "lineAside", cardLabel: true },
        }),
      ]),
    [t],
  );
}
