"use client";

import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { auditFilterKeys } from "./audit-filter-keys.ts";

const placeholders = {
  actorId: "019aa0c4-…",
  action: "key.update",
  targetType: "key",
  targetId: "019aa0c4-…",
} as const;

/** What of the audit log stands in the URL: time range, filters, the open entry. */
export function useAuditParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      actorId: parseAsString,
      action: parseAsString,
      targetType: parseAsString,
      targetId: parseAsString,
      row: parseAsString,
    },
    pushed,
  );
}

export function useAuditFilterSpecs(): FilterSpec[] {
  const t = useTranslations("audit.filters");
  return auditFilterKeys.map((key) => ({
    key,
    label: t(key),
    input: { kind: "text", placeholder: placeholders[key] },
  }));
}
