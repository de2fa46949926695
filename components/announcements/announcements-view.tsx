"use client";

import { Button } from "@mantine/core";
import { IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo, useState } from "react";
import { type Announcement, announcementKinds, announcementStates } from "#lib/announcements/schema";
import { announcementsQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed } from "../data-table/history.ts";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { AnnouncementState } from "./announcement-state.tsx";

const AnnouncementForm = dynamic(
  () => import("./announcement-form.tsx").then((module) => module.AnnouncementForm),
  { ssr: false },
);
const column = tableColumns<Announcement>();

/** Everything announced, drafted and withdrawn, for operators. */
export function AnnouncementsView() {
  const t = useTranslations("announcements");
  const router = useRouter();
  const mayWrite = useCan("announcements.write");
  const [isWriting, setWriting] = useState(false);
  const [{ state, kind }, setParams] = useQueryStates(
    { state: parseAsStringLiteral(announcementStates), kind: parseAsStringLiteral(announcementKinds) },
    pushed,
  );
  const query = announcementsQuery({ state: state ?? "all", kind });
  const pages = useInfiniteQuery(query);
  const columns = useColumns();
  const clear = () => void setParams({ state: null, kind: null });
  const choices = <Value extends string>(values: readonly Value[], label: (value: Value) => string) => ({
    kind: "choice" as const,
    options: values.map((value) => ({ value, label: label(value) })),
  });
  return (
    <>
      <PageHeader title={t("title")}>
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setWriting(true)}>
            {t("new")}
          </Button>
        )}
      </PageHeader>
      <FilterBar
        specs={[
          {
            key: "state",
            label: t("state"),
            input: choices(announcementStates, (value) => t(`states.${value}`)),
          },
          {
            key: "kind",
            label: t("kind"),
            input: choices(announcementKinds, (value) => t(`kinds.${value}`)),
          },
        ]}
        values={{ state, kind }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="announcements" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="announcements"
        columns={columns}
        pages={pages}
        rowId={({ id }) => id}
        onOpen={({ id }) => router.push(`/announcements/${id}`)}
        empty={
          state !== null || kind !== null ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconSpeakerphone} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {isWriting && <AnnouncementForm onClose={() => setWriting(false)} />}
    </>
  );
}

function useColumns() {
  const t = useTranslations("announcements");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.title, {
          id: "title",
          header: t("titleField"),
          cell: ({ row }) => row.original.title,
          meta: { card: "title" },
        }),
        column.value((row) => row.kind, {
          id: "kind",
          header: t("kind"),
          cell: ({ row }) => t(`kinds.${row.original.kind}`),
          meta: { width: 110, card: "line" },
        }),
        column.value((row) => row.state, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <AnnouncementState state={row.original.state} />,
          meta: { width: 130, card: "aside" },
        }),
        column.value((row) => row.effectiveAt, {
          id: "effectiveAt",
          header: t("effectiveAt"),
          cell: ({ row }) => <Ago at={row.original.effectiveAt} />,
          meta: { width: 130, align: "right" },
        }),
        column.value((row) => row.publishedAt, {
          id: "publishedAt",
          header: t("publishedAt"),
          cell: ({ row }) => <Ago at={row.original.publishedAt} />,
          meta: { width: 130, align: "right", card: "lineAside" },
        }),
        column.value((row) => row.createdBy, {
          id: "createdBy",
          header: t("createdBy"),
          cell: ({ row }) => row.original.createdBy ?? "–",
          meta: { width: 160 },
        }),
      ]),
    [t],
  );
}
