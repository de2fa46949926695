"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { LogRow } from "#lib/logs/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { useMe } from "../shell/me.tsx";
import { Duration } from "./duration.tsx";
import { FilterCell } from "./filter-cell.tsx";
import { LogStatus } from "./log-status.tsx";
import classes from "./logs.module.css";

const column = tableColumns<LogRow>();

/** When, what came of it, who, what, how much; `without` what is the same in every row. Customers see one account at a time. */
export function useLogColumns({ without }: { without?: "account" | "key" } = {}) {
  const isCustomer = useMe().role === "customer";
  const columns = useAllColumns();
  return useMemo(() => {
    const isOne = { account: isCustomer || without !== undefined, key: without === "key" };
    return columns.filter(({ id }) => !((id === "account" && isOne.account) || (id === "key" && isOne.key)));
  }, [columns, isCustomer, without]);
}

function useAllColumns() {
  const t = useTranslations("logs");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.createdAt, {
          id: "time",
          header: t("time"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { card: "lineAside", width: 92 },
        }),
        column.value((row) => row.status, {
          id: "status",
          header: t("status"),
          cell: ({ row: { original } }) => (
            <FilterCell
              name={original.errorCode === null ? "status" : "errorCode"}
              value={original.errorCode ?? String(original.status)}
            >
              <LogStatus row={original} />
            </FilterCell>
          ),
          meta: { card: "line", width: 118 },
        }),
        column.value((row) => row.model, {
          id: "model",
          header: t("model"),
          cell: ({ row: { original } }) => (
            <FilterCell name="model" value={original.model}>
              {original.model ?? <span className={classes.none}>{t("noModel")}</span>}
            </FilterCell>
          ),
          meta: { card: "title", share: 13 },
        }),
        column.value((row) => row.accountName, {
          id: "account",
          header: t("account"),
          cell: ({ row: { original } }) => (
            <FilterCell name="accountId" value={original.accountId}>
              {original.accountName ?? "–"}
            </FilterCell>
          ),
        }),
        column.value((row) => row.keyName ?? row.keyPrefix, {
          id: "key",
          header: t("key"),
          cell: ({ row: { original } }) => (
            <FilterCell
              name={original.keyId === null ? "keyPrefix" : "keyId"}
              value={original.keyId ?? original.keyPrefix}
            >
              {original.keyName ?? original.keyPrefix ?? "–"}
            </FilterCell>
          ),
        }),
        column.value((row) => row.ip, {
          id: "ip",
          header: t("ip"),
          cell: ({ row: { original } }) => (
            <FilterCell name="ip" value={original.ip}>
              {original.ip ?? "–"}
            </FilterCell>
          ),
          meta: { mono: true, width: 122 },
        }),
        column.value((row) => row.promptTokens, {
          id: "prompt",
          header: t("promptTokens"),
          cell: ({ row }) => <Count value={row.original.promptTokens} />,
          meta: { align: "right", width: 70 },
        }),
        column.value((row) => row.completionTokens, {
          id: "completion",
          header: t("completionTokens"),
          cell: ({ row }) => <Count value={row.original.completionTokens} />,
          meta: { align: "right", width: 88 },
        }),
        column.value((row) => row.latencyMs, {
          id: "latency",
          header: t("latency"),
          cell: ({ row }) => <Latency row={row.original} />,
          meta: { align: "right", width: 72 },
        }),
        column.value((row) => row.cost, {
          id: "cost",
          header: t("cost"),
          cell: ({ row }) => <Cost row={row.original} />,
          meta: { align: "right", card: "aside", width: 134 },
        }),
      ]),
    [t],
  );
}

function Latency({ row }: { row: LogRow }) {
  const t = useTranslations("logs");
  if (row.firstTokenMs === null) return <Duration ms={row.latencyMs} />;
  return (
    <span title={t("firstTokenAfter", { ms: row.firstTokenMs })}>
      <Duration ms={row.latencyMs} />
    </span>
  );
}

/** Hovering says by what the tokens were multiplied; the sheet shows it term by term. */
function Cost({ row }: { row: LogRow }) {
  const t = useTranslations("logs");
  if (row.modelMultiplier === null) return <Money value={row.cost} />;
  const workings = t("workings", {
    group: row.groupMultiplier ?? "1",
    model: row.modelMultiplier,
    completion: row.completionMultiplier ?? "–",
  });
  return (
    <span className={classes.cost} title={workings}>
      <Money value={row.cost} />
    </span>
  );
}
