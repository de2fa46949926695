"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Node } from "#lib/nodes/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { NodeState, PartsState } from "./node-state.tsx";
import classes from "./system.module.css";

const column = tableColumns<Node>();

export function useNodeColumns() {
  const t = useTranslations("nodes");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => [row.host, row.id].filter((part) => part !== null).join(" "), {
          id: "node",
          header: t("node"),
          cell: ({ row }) => (
            <span className={classes.node}>
              <span>{row.original.host ?? "–"}</span> <Id value={row.original.id} />
            </span>
          ),
          meta: { card: "title", sort: "id" },
        }),
        column.value((row) => row.state, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <NodeState node={row.original} />,
          meta: { card: "aside", width: 130, sort: "state" },
        }),
        column.value(
          (row) =>
            row.parts.length === 0
              ? null
              : `${row.parts.filter(({ state }) => state === "running").length}/${row.parts.length}`,
          {
            id: "parts",
            header: t("parts"),
            cell: ({ row }) => <PartsState node={row.original} />,
            meta: { card: "line", width: 150 },
          },
        ),
        column.value((row) => row.lastSeen, {
          id: "seen",
          header: t("lastSeen"),
          cell: ({ row }) => <Ago at={row.original.lastSeen} />,
          meta: { card: "lineAside", width: 110, sort: "lastSeen" },
        }),
        column.value((row) => row.version, {
          id: "version",
          header: t("version"),
          cell: ({ row }) => row.original.version ?? "–",
          meta: { width: 90 },
        }),
        column.value((row) => row.spool?.rows ?? null, {
          id: "waiting",
          header: t("waiting"),
          cell: ({ row }) => (row.original.spool === null ? "–" : <Count value={row.original.spool.rows} />),
          meta: { align: "right", width: 120, sort: "waiting" },
        }),
        column.value((row) => row.spool?.lagMs ?? null, {
          id: "lag",
          header: t("lag"),
          cell: ({ row }) => <Lag node={row.original} />,
          meta: { align: "right", width: 100, sort: "lag" },
        }),
        column.value((row) => row.leased, {
          id: "leased",
          header: t("leased"),
          cell: ({ row }) => <Money value={row.original.leased} />,
          meta: { align: "right", width: 140, sort: "leased" },
        }),
      ]),
    [t],
  );
}

/** How old the oldest bill is that waits: milliseconds, from a second on seconds. */
export function Lag({ node: { spool } }: { node: Node }) {
  if (spool === null) return "–";
  return <span>{spool.lagMs < 1_000 ? `${spool.lagMs} ms` : `${(spool.lagMs / 1_000).toFixed(1)} s`}</span>;
}
