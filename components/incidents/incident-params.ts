"use client";

import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { incidentCauses, incidentStates } from "#lib/incidents/states";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { findAccounts } from "../shell/find-options.ts";
import { AccountName } from "../shell/names.tsx";

/** What of the review stands in the URL. */
export function useIncidentParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      state: parseAsStringLiteral(incidentStates),
      cause: parseAsStringLiteral(incidentCauses),
      accountId: parseAsString,
      keyId: parseAsString,
      q: parseAsString,
    },
    pushed,
  );
}

export type IncidentParams = ReturnType<typeof useIncidentParams>[0];

export function useIncidentFilterSpecs(isCustomer: boolean): FilterSpec[] {
  const t = useTranslations("incidents");
  const state: FilterSpec = {
    key: "state",
    label: t("state"),
    input: {
      kind: "choice",
      options: incidentStates.map((value) => ({ value, label: t(`states.${value}`) })),
    },
  };
  const cause: FilterSpec = {
    key: "cause",
    label: t("cause"),
    input: {
      kind: "choice",
      options: incidentCauses.map((value) => ({ value, label: t(`causes.${value}`) })),
    },
  };
  const account: FilterSpec = {
    key: "accountId",
    label: t("account"),
    input: { kind: "search", load: findAccounts, Label: AccountName },
  };
  return isCustomer ? [state, cause] : [state, cause, account];
}
