"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Model } from "#lib/models/schema";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { Drift, ModelState } from "./model-state.tsx";
import { InputPrice, OutputPrice } from "./unit-price.tsx";

const column = tableColumns<Model>();

/** Official price beside ours, per million tokens or per piece, then what ours is in multipliers. */
export function useModelColumns() {
  const t = useTranslations("models");
  return useMemo(
    () =>
      column.columns([
        column.display({
          id: "id",
          header: t("model"),
          cell: ({ row }) => row.original.id,
          meta: { card: "title", width: 250 },
        }),
        column.display({
          id: "vendor",
          header: t("vendor"),
          cell: ({ row }) => row.original.vendor,
          meta: { width: 110 },
        }),
        column.display({
          id: "kind",
          header: t("kind"),
          cell: ({ row }) => t(`kinds.${row.original.kind}`),
          meta: { width: 96 },
        }),
        column.display({
          id: "state",
          header: t("availability"),
          cell: ({ row }) => <ModelState model={row.original} />,
          meta: { width: 116, card: "aside" },
        }),
        column.display({
          id: "officialIn",
          header: t("officialInput"),
          cell: ({ row }) => <InputPrice prices={row.original.official} />,
          meta: { width: 130, align: "right" },
        }),
        column.display({
          id: "in",
          header: t("ourInput"),
          cell: ({ row }) => <InputPrice prices={row.original.price} />,
          meta: { width: 130, align: "right", card: "line" },
        }),
        column.display({
          id: "officialOut",
          header: t("officialOutput"),
          cell: ({ row }) => <OutputPrice prices={row.original.official} />,
          meta: { width: 110, align: "right" },
        }),
        column.display({
          id: "out",
          header: t("ourOutput"),
          cell: ({ row }) => <OutputPrice prices={row.original.price} />,
          meta: { width: 110, align: "right" },
        }),
        column.display({
          id: "multiplier",
          header: t("modelMultiplier"),
          cell: ({ row }) => <MultiplierCell value={row.original.multipliers?.model} />,
          meta: { width: 96, align: "right" },
        }),
        column.display({
          id: "completion",
          header: t("completionMultiplier"),
          cell: ({ row }) => <MultiplierCell value={row.original.multipliers?.completion} />,
          meta: { width: 100, align: "right" },
        }),
        column.display({
          id: "drift",
          header: t("drift"),
          cell: ({ row }) => <Drift value={row.original.drift} />,
          meta: { width: 84, align: "right", card: "lineAside" },
        }),
      ]),
    [t],
  );
}
