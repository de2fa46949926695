"use client";

import { useTranslations } from "next-intl";
import { modelKinds } from "#lib/pricing/catalogue";
import type { FilterSpec } from "../data-table/filter-types.ts";

/** By what lists of models are filtered: vendor, kind, and whether a channel serves them. */
export function useModelFilterSpecs(): FilterSpec[] {
  const t = useTranslations("models");
  return [
    { key: "vendor", label: t("vendor"), input: { kind: "text", placeholder: "openai" } },
    {
      key: "kind",
      label: t("kind"),
      input: { kind: "choice", options: modelKinds.map((value) => ({ value, label: t(`kinds.${value}`) })) },
    },
    {
      key: "sold",
      label: t("availability"),
      input: {
        kind: "choice",
        options: [
          { value: "true", label: t("sold") },
          { value: "false", label: t("notSold") },
        ],
      },
    },
  ];
}
