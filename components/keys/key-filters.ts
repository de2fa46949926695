"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { sorts } from "#lib/core/sorts";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { findAccounts } from "../shell/find-options.ts";
import { AccountName } from "../shell/names.tsx";

/** What may be wrong with active keys, as `GET /api/keys` calls it. */
export const hygieneKinds = ["neverUsed", "idle90", "noExpiry", "noBudget", "manyNetworks"] as const;
export type Hygiene = (typeof hygieneKinds)[number];

/** What of the key list stands in the URL: filters, the open row, the open form. */
export function useKeyParams() {
  return useQueryStates(
    {
      q: parseAsString,
      accountId: parseAsString,
      status: parseAsStringLiteral(["active", "disabled"]),
      hygiene: parseAsStringLiteral(hygieneKinds),
      sort: parseAsStringLiteral(sorts),
      row: parseAsString,
      new: parseAsBoolean,
      edit: parseAsString,
    },
    pushed,
  );
}

export function useKeyFilterSpecs(): FilterSpec[] {
  const t = useTranslations("keys");
  const statuses = ["active", "disabled"] as const;
  return [
    {
      key: "accountId",
      label: t("account"),
      input: { kind: "search", load: findAccounts, Label: AccountName },
    },
    {
      key: "status",
      label: t("state"),
      input: { kind: "choice", options: statuses.map((value) => ({ value, label: t(`states.${value}`) })) },
    },
  ];
}
