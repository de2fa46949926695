"use client";

import { IconListDetails } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { logsQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FirstCall } from "../shell/first-call.tsx";
import classes from "./logs.module.css";
import { useLogColumns } from "./use-log-columns.tsx";

/** The newest calls of one key or account, refreshed while one looks; a row opens in the request log. */
export function LastCalls({ filter }: { filter: { keyId: string } | { accountId: string } }) {
  const t = useTranslations("logs");
  const router = useRouter();
  const pages = useInfiniteQuery({ ...logsQuery(filter), refetchInterval: 5_000 });
  const columns = useLogColumns({ without: "keyId" in filter ? "key" : "account" });
  const search = new URLSearchParams(filter).toString();
  return (
    <div className={classes.lastCalls} data-empty={pages.data?.pages[0]?.items.length === 0 || undefined}>
      <DataTable
        label={t("lastCalls")}
        name="logs"
        columns={columns}
        pages={pages}
        rowId={(row) => row.requestId}
        onOpen={(row) => router.push(`/logs?${search}&range=30d&row=${row.requestId}`)}
        empty={
          <EmptyState icon={IconListDetails} title={t("noCalls")}>
            <FirstCall />
          </EmptyState>
        }
      />
    </div>
  );
}
