"use client";

import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";

const kinds = ["chat", "embedding", "rerank", "moderation", "image", "audio", "video", "task"] as const;

export function useEditorFilters() {
  return useQueryStates(
    {
      q: parseAsString,
      vendor: parseAsString,
      kind: parseAsStringLiteral(kinds),
      sold: parseAsStringLiteral(["true", "false"]),
      changed: parseAsStringLiteral(["true"]),
      units: parseAsStringLiteral(["all"]),
    },
    pushed,
  );
}

export function useEditorFilterSpecs(): FilterSpec[] {
  const t = useTranslations("models");
  const tPrices = useTranslations("prices");
  return [
    { key: "vendor", label: t("vendor"), input: { kind: "text", placeholder: "openai" } },
    {
      key: "kind",
      label: t("kind"),
      input: { kind: "choice", options: kinds.map((value) => ({ value, label: t(`kinds.${value}`) })) },
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
    {
      key: "changed",
      label: tPrices("changes"),
      input: { kind: "choice", options: [{ value: "true", label: tPrices("onlyChanged") }] },
    },
  ];
}
