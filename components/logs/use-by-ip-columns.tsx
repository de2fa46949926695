"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { IpReport } from "#lib/logs/by-ip-schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Money } from "../common/money.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { useMe } from "../shell/me.tsx";
import classes from "./by-ip.module.css";
import { ErrorShare } from "./error-share.tsx";

const column = tableColumns<IpReport>();

/** Where from, since when, how much, how often in vain. */
export function useByIpColumns({ isByNetwork }: { isByNetwork: boolean }) {
  const t = useTranslations("byIp");
  const isCustomer = useMe().role === "customer";
  return useMemo(() => {
    const accounts = column.value((row) => row.accounts, {
      id: "accounts",
      header: t("accounts"),
      cell: ({ row }) => <Count value={row.original.accounts} />,
      meta: { align: "right", width: 76 },
    });
    const addresses = column.value((row) => row.addresses, {
      id: "addresses",
      header: t("addresses"),
      cell: ({ row }) => <Count value={row.original.addresses} />,
      meta: { align: "right", width: 92 },
    });
    return column.columns([
      column.value((row) => row.ip, {
        id: "ip",
        header: isByNetwork ? t("network") : t("address"),
        cell: ({ row }) => <Where report={row.original} />,
        meta: { card: "title", share: 18 },
      }),
      column.value((row) => row.lastSeen, {
        id: "lastSeen",
        header: t("lastSeen"),
        cell: ({ row }) => <Ago at={row.original.lastSeen} />,
        meta: { card: "lineAside", width: 92, sort: "lastSeen" },
      }),
      column.value((row) => row.firstSeen, {
        id: "firstSeen",
        header: t("firstSeen"),
        cell: ({ row }) => <Ago at={row.original.firstSeen} />,
        meta: { width: 92 },
      }),
      column.value((row) => row.requests, {
        id: "requests",
        header: t("requests"),
        cell: ({ row }) => <Count value={row.original.requests} />,
        meta: { align: "right", width: 88, sort: "requests" },
      }),
      column.value((row) => row.errors, {
        id: "errors",
        header: t("errors"),
        cell: ({ row }) => <ErrorShare {...row.original} />,
        meta: { align: "right", width: 72, sort: "errors" },
      }),
      column.value((row) => row.promptTokens + row.completionTokens, {
        id: "tokens",
        header: t("tokens"),
        cell: ({ row }) => <Count value={row.original.promptTokens + row.original.completionTokens} />,
        meta: { align: "right", width: 96 },
      }),
      column.value((row) => row.cost, {
        id: "cost",
        header: t("spend"),
        cell: ({ row }) => <Money value={row.original.cost} />,
        meta: { align: "right", card: "aside", width: 120, sort: "cost" },
      }),
      column.value((row) => row.keys, {
        id: "keys",
        header: t("keys"),
        cell: ({ row }) => <Count value={row.original.keys} />,
        meta: { align: "right", width: 56 },
      }),
      ...(isCustomer ? [] : [accounts]),
      ...(isByNetwork ? [addresses] : []),
      column.value((row) => row.userAgent, {
        id: "userAgent",
        header: t("userAgent"),
        cell: ({ row }) => row.original.userAgent ?? "–",
        meta: { card: "line" },
      }),
    ]);
  }, [t, isByNetwork, isCustomer]);
}

function Where({ report: { ip, isNew } }: { report: IpReport }) {
  const t = useTranslations("byIp");
  return (
    <span className={classes.ip}>
      <code title={ip}>{ip}</code>
      {isNew && (
        <StateBadge tone="warn" plain>
          {t("new")}
        </StateBadge>
      )}
    </span>
  );
}
