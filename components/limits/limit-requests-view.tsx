"use client";

import { IconArrowBigUpLines } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { limitRequestsQuery } from "#lib/api/queries";
import { requestKinds, requestStates } from "#lib/limits/request-schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useRequestColumns } from "./use-request-columns.tsx";

const LimitRequestSheet = dynamic(
  () => import("./limit-request-sheet.tsx").then((module) => module.LimitRequestSheet),
  { ssr: false },
);
const REFRESH_MS = 15_000;

/** What customers ask for and what the weekly look proposes; a row opens to the usage behind it and the decision. */
export function LimitRequestsView() {
  const t = useTranslations("limitRequests");
  const [params, setParams] = useQueryStates(
    {
      state: parseAsStringLiteral(requestStates),
      kind: parseAsStringLiteral(requestKinds),
      row: parseAsString,
    },
    pushed,
  );
  const { state, kind, row } = params;
  const query = limitRequestsQuery({ state, kind });
  const pages = useInfiniteQuery({ ...query, refetchInterval: REFRESH_MS });
  const columns = useRequestColumns({ withAccount: true });
  const requests = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const clear = () => void setParams({ state: null, kind: null });
  const specs: FilterSpec[] = [
    {
      key: "state",
      label: t("state"),
      input: {
        kind: "choice",
        options: requestStates.map((value) => ({ value, label: t(`states.${value}`) })),
      },
    },
    {
      key: "kind",
      label: t("kind"),
      input: {
        kind: "choice",
        options: requestKinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
      },
    },
  ];
  return (
    <>
      <PageHeader title={t("title")} />
      <FilterBar
        specs={specs}
        values={{ state, kind }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="limit-requests" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="limit-requests"
        columns={columns}
        pages={pages}
        rowId={(request) => request.id}
        onOpen={(request) => void setParams({ row: request.id })}
        openId={row}
        empty={
          state !== null || kind !== null ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconArrowBigUpLines} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {row !== null && (
        <LimitRequestSheet
          key={row}
          id={row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            requests,
            row,
            (request) => request.id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
    </>
  );
}
