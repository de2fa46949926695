"use client";

import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { ListModels } from "#lib/models/schema";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";

/** As lib/models/schema.ts has it; a list of its own, so that no page loads the schemas. */
export const modelSorts = ["vendor", "-vendor", "id", "-id"] as const satisfies readonly ListModels["sort"][];

export const kinds = [
  "chat",
  "embedding",
  "rerank",
  "moderation",
  "image",
  "audio",
  "video",
  "task",
] as const;

export function useModelParams() {
  return useQueryStates(
    {
      q: parseAsString,
      vendor: parseAsString,
      kind: parseAsStringLiteral(kinds),
      sold: parseAsStringLiteral(["true", "false"]),
      sort: parseAsStringLiteral(modelSorts),
      row: parseAsString,
    },
    pushed,
  );
}

export function useModelFilterSpecs(): FilterSpec[] {
  const t = useTranslations("models");
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
  ];
}
