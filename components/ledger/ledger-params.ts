"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { findAccounts } from "../shell/find-options.ts";
import { AccountName } from "../shell/names.tsx";

const kinds = ["recharge", "usage", "adjustment", "refund", "bonus"] as const;

/** What of the ledger stands in the URL: time range, filters, the open transaction, whether the proof is open. */
export function useLedgerParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      accountId: parseAsString,
      kind: parseAsStringLiteral(kinds),
      row: parseAsString,
      proof: parseAsBoolean,
    },
    pushed,
  );
}

export type LedgerParams = ReturnType<typeof useLedgerParams>[0];

export function useLedgerFilterSpecs(): FilterSpec[] {
  const t = useTranslations("ledger");
  const page = useTranslations("ledgerPage");
  return [
    {
      key: "accountId",
      label: page("account"),
      input: { kind: "search", load: findAccounts, Label: AccountName },
    },
    {
      key: "kind",
      label: t("kind"),
      input: { kind: "choice", options: kinds.map((value) => ({ value, label: t(`kinds.${value}`) })) },
    },
  ];
}
