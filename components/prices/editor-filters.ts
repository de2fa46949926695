"use client";

import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { modelKinds } from "#lib/pricing/catalogue";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { useModelFilterSpecs } from "../shell/model-filters.ts";

export function useEditorFilters() {
  return useQueryStates(
    {
      q: parseAsString,
      vendor: parseAsString,
      kind: parseAsStringLiteral(modelKinds),
      sold: parseAsStringLiteral(["true", "false"]),
      changed: parseAsStringLiteral(["true"]),
      units: parseAsStringLiteral(["all"]),
    },
    pushed,
  );
}

export function useEditorFilterSpecs(): FilterSpec[] {
  const t = useTranslations("prices");
  return [
    ...useModelFilterSpecs(),
    {
      key: "changed",
      label: t("changes"),
      input: { kind: "choice", options: [{ value: "true", label: t("onlyChanged") }] },
    },
  ];
}
