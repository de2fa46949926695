"use client";

import { Button } from "@mantine/core";
import { IconDownload, IconFileImport, IconUserCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { type QueryParams, withParams } from "#lib/api/client";
import { subscribersQuery } from "#lib/api/queries";
import { subscriberStates } from "#lib/subscribers/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useSubscriberColumns } from "./use-subscriber-columns.tsx";

const SubscriberSheet = dynamic(
  () => import("./subscriber-sheet.tsx").then((module) => module.SubscriberSheet),
  { ssr: false },
);
const ImportSubscribers = dynamic(
  () => import("./import-subscribers.tsx").then((module) => module.ImportSubscribers),
  { ssr: false },
);
const languages = ["en", "zh"] as const;
const ways = ["true", "false"] as const;

/** Who gets announcements by mail, and who no longer does and why. */
export function SubscribersView() {
  const t = useTranslations("subscribers");
  const words = useTranslations("subscription");
  const [isImporting, setImporting] = useState(false);
  const mayWrite = useCan("subscribers.write");
  const [params, setParams] = useQueryStates(
    {
      q: parseAsString,
      state: parseAsStringLiteral(subscriberStates),
      digest: parseAsStringLiteral(ways),
      locale: parseAsStringLiteral(languages),
      vendor: parseAsString,
      model: parseAsString,
      row: parseAsString,
    },
    pushed,
  );
  const { row, ...filter } = params;
  const query = subscribersQuery(filter);
  const pages = useInfiniteQuery(query);
  const columns = useSubscriberColumns();
  const subscribers = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const clear = () =>
    void setParams({ q: null, state: null, digest: null, locale: null, vendor: null, model: null });
  const { q, ...chips } = filter;
  return (
    <>
      <PageHeader title={t("title")}>
        {mayWrite && (
          <Button leftSection={<IconFileImport size={16} />} onClick={() => setImporting(true)}>
            {t("import")}
          </Button>
        )}
      </PageHeader>
      <FilterBar
        specs={[
          {
            key: "state",
            label: t("state"),
            input: {
              kind: "choice",
              options: subscriberStates.map((value) => ({ value, label: t(`states.${value}`) })),
            },
          },
          {
            key: "digest",
            label: t("how"),
            input: {
              kind: "choice",
              options: ways.map((value) => ({ value, label: t(value === "true" ? "daily" : "immediately") })),
            },
          },
          {
            key: "locale",
            label: t("language"),
            input: {
              kind: "choice",
              options: languages.map((value) => ({ value, label: words(`languages.${value}`) })),
            },
          },
          { key: "vendor", label: words("vendors"), input: { kind: "text", placeholder: "openai" } },
          { key: "model", label: words("models"), input: { kind: "text", placeholder: "gpt-5" } },
        ]}
        values={chips}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={
          <ListTools
            name="subscribers"
            columns={columns}
            queryKey={query.queryKey}
            exporter={(close) => <Export filter={filter} onStarted={close} />}
          />
        }
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="subscribers"
        columns={columns}
        pages={pages}
        rowId={({ id }) => id}
        onOpen={({ id }) => void setParams({ row: id })}
        openId={row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconUserCheck} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {row !== null && (
        <SubscriberSheet
          key={row}
          id={row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            subscribers,
            row,
            ({ id }) => id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
      {isImporting && <ImportSubscribers onClose={() => setImporting(false)} />}
    </>
  );
}

/** The server's file in the place where every list has its CSV: it holds how each consented, and can be imported again. */
function Export({ filter, onStarted }: { filter: QueryParams; onStarted: () => void }) {
  const t = useTranslations("lists");
  return (
    <Button
      component="a"
      href={withParams("/api/subscribers/export", filter)}
      download
      mt={6}
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={15} />}
      onClick={onStarted}
    >
      {t("csv")}
    </Button>
  );
}
