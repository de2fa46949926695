"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { sorts } from "#lib/core/sorts";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";

const statuses = ["active", "draining", "disabled"] as const;
const healths = ["out"] as const;

/** What of the channel list stands in the URL: filters, the open row, the open form. */
export function useChannelParams() {
  return useQueryStates(
    {
      q: parseAsString,
      model: parseAsString,
      status: parseAsStringLiteral(statuses),
      health: parseAsStringLiteral(healths),
      sort: parseAsStringLiteral(sorts),
      row: parseAsString,
      new: parseAsBoolean,
      import: parseAsBoolean,
      edit: parseAsString,
    },
    pushed,
  );
}

export function useChannelFilterSpecs(): FilterSpec[] {
  const t = useTranslations("channels");
  return [
    { key: "model", label: t("model"), input: { kind: "text", placeholder: "gpt-4o-mini" } },
    {
      key: "status",
      label: t("switchedTo"),
      input: { kind: "choice", options: statuses.map((value) => ({ value, label: t(`states.${value}`) })) },
    },
    {
      key: "health",
      label: t("state"),
      input: { kind: "choice", options: [{ value: "out", label: t("nowOut") }] },
    },
  ];
}
