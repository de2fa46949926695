"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Key } from "#lib/keys/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { KeyBudget } from "./key-budget.tsx";
import { KeyState } from "./key-state.tsx";

const column = tableColumns<Key>();

/** The columns of the key list; the account's own page leaves the account out. */
export function useKeyColumns({ withAccount }: { withAccount: boolean }) {
  const t = useTranslations("keys");
  return useMemo(() => {
    const account = column.value((row) => row.accountName, {
      id: "account",
      header: t("account"),
      cell: ({ row }) => row.original.accountName,
      meta: { card: "line" },
    });
    return column.columns([
      column.value((row) => row.name, {
        id: "name",
        header: t("name"),
        cell: ({ row }) => row.original.name,
        meta: { card: "title", sort: "name", share: 15 },
      }),
      ...(withAccount ? [account] : []),
      column.value((row) => `${row.prefix}…${row.last4}`, {
        id: "secret",
        header: t("secret"),
        cell: ({ row }) => `${row.original.prefix}…${row.original.last4}`,
        meta: { mono: true, width: 158, ...(withAccount ? {} : { card: "line" as const }) },
      }),
      column.value((row) => row.status, {
        id: "status",
        header: t("state"),
        cell: ({ row }) => <KeyState apiKey={row.original} />,
        meta: { card: "aside", width: 96 },
      }),
      column.value((row) => row.budget?.amount ?? null, {
        id: "budget",
        header: t("budget"),
        cell: ({ row }) => <KeyBudget budget={row.original.budget} isShort />,
        meta: { align: "right", width: 124 },
      }),
      column.value((row) => row.models.join(" "), {
        id: "models",
        header: t("models"),
        cell: ({ row }) => listOrAll(row.original.models, t("allModels")),
        meta: { isExtra: true },
      }),
      column.value((row) => row.allowedCidrs.join(" "), {
        id: "cidrs",
        header: t("networks"),
        cell: ({ row }) => listOrAll(row.original.allowedCidrs, t("allNetworks")),
        meta: { isExtra: true },
      }),
      column.value((row) => row.expiresAt, {
        id: "expires",
        header: t("expires"),
        cell: ({ row }) => <Expiry at={row.original.expiresAt} never={t("never")} />,
        meta: { align: "right", width: 78 },
      }),
      column.value((row) => row.createdAt, {
        id: "created",
        header: t("created"),
        cell: ({ row }) => <Ago at={row.original.createdAt} />,
        meta: { align: "right", width: 84, sort: "createdAt", isExtra: true },
      }),
      column.value((row) => row.lastUsedAt, {
        id: "lastUsed",
        header: t("lastUsed"),
        cell: ({ row }) => <Ago at={row.original.lastUsedAt} />,
        meta: { align: "right", card: "lineAside", width: 92, cardLabel: true },
      }),
      column.value((row) => row.lastUsedIp, {
        id: "lastIp",
        header: t("lastIp"),
        cell: ({ row }) => row.original.lastUsedIp ?? "–",
        meta: { mono: true, width: 116 },
      }),
      column.value((row) => row.calls24h, {
        id: "calls24h",
        header: t("calls24h"),
        cell: ({ row }) => <Count value={row.original.calls24h} />,
        meta: { align: "right", width: 96 },
      }),
    ]);
  }, [t, withAccount]);
}

function Expiry({ at, never }: { at: string | null; never: string }) {
  return at === null ? <span style={{ color: "var(--tg-dim)" }}>{never}</span> : <Ago at={at} />;
}

function listOrAll(values: readonly string[], all: string) {
  if (values.length === 0) return <span style={{ color: "var(--tg-dim)" }}>{all}</span>;
  const [first, ...rest] = values;
  return rest.length === 0 ? first : `${first} +${rest.length}`;
}
