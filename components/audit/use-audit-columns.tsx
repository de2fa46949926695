"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { AuditEntryAnswer } from "#lib/audit/schema";
import { Ago } from "../common/ago.tsx";
import { Id } from "../common/id.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { auditDifference } from "./audit-difference.ts";

const column = tableColumns<AuditEntryAnswer>();

/** When, who, what, on which thing, how much of it. */
export function useAuditColumns() {
  const t = useTranslations("audit");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.at, {
          id: "time",
          header: t("time"),
          cell: ({ row }) => <Ago at={row.original.at} />,
          meta: { card: "lineAside", width: 110 },
        }),
        column.value((row) => row.actorName, {
          id: "who",
          header: t("who"),
          cell: ({ row }) => row.original.actorName,
          meta: { card: "line" },
        }),
        column.value((row) => row.action, {
          id: "action",
          header: t("did"),
          cell: ({ row }) => row.original.action,
          meta: { card: "title", mono: true, width: 190 },
        }),
        column.value((row) => row.targetType, {
          id: "targetType",
          header: t("target"),
          cell: ({ row }) => nameOf(row.original),
        }),
        column.value((row) => row.targetId, {
          id: "targetId",
          header: "Id",
          cell: ({ row }) => <Id value={row.original.targetId} />,
          meta: { width: 150 },
        }),
        column.value((row) => changedFields(row).join(" "), {
          id: "change",
          header: t("change"),
          cell: ({ row }) => changedFields(row.original).join(", ") || "–",
        }),
        column.value((row) => row.ip, {
          id: "ip",
          header: t("ip"),
          cell: ({ row }) => row.original.ip ?? "–",
          meta: { mono: true, width: 130 },
        }),
      ]),
    [t],
  );
}

/** "key production": the kind of thing, and its name where the entry has one. */
function nameOf({ targetType, before, after }: AuditEntryAnswer): string {
  const name = [after, before].map((side) =>
    typeof side === "object" && side !== null && "name" in side ? String(side.name) : "",
  );
  return `${targetType} ${name.find((each) => each !== "") ?? ""}`.trim();
}

function changedFields({ before, after }: AuditEntryAnswer): string[] {
  if (before === null || after === null) return [];
  return auditDifference(before, after).map(({ field }) => field);
}
