"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Model } from "#lib/models/schema";
import { Drift } from "../common/drift.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { ModelState, stateOf } from "./model-state.tsx";
import { InputPrice, inputText, OutputPrice } from "./unit-price.tsx";

const column = tableColumns<Model>();

/** Official price beside ours, per million tokens or per piece, then what ours is in multipliers. */
export function useModelColumns() {
  const t = useTranslations("models");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => row.id, {
          id: "id",
          header: t("model"),
          cell: ({ row }) => row.original.id,
          meta: { card: "title", sort: "id" },
        }),
        column.value((row) => row.vendor, {
          id: "vendor",
          header: t("vendor"),
          cell: ({ row }) => row.original.vendor,
          meta: { width: 84, sort: "vendor" },
        }),
        column.value((row) => stateOf(row), {
          id: "state",
          header: t("availability"),
          cell: ({ row }) => <ModelState model={row.original} />,
          meta: { card: "aside", width: 118 },
        }),
        column.value((row) => inputText(row.official), {
          id: "officialIn",
          header: t("officialInput"),
          cell: ({ row }) => <InputPrice prices={row.original.official} />,
          meta: { align: "right", width: 104 },
        }),
        column.value((row) => inputText(row.price), {
          id: "in",
          header: t("ourInput"),
          cell: ({ row }) => <InputPrice prices={row.original.price} />,
          meta: { align: "right", card: "line", width: 104, cardLabel: true },
        }),
        column.value((row) => row.official.output ?? null, {
          id: "officialOut",
          header: t("officialOutput"),
          cell: ({ row }) => <OutputPrice prices={row.original.official} />,
          meta: { align: "right", width: 96 },
        }),
        column.value((row) => row.price?.output ?? null, {
          id: "out",
          header: t("ourOutput"),
          cell: ({ row }) => <OutputPrice prices={row.original.price} />,
          meta: { align: "right", width: 80 },
        }),
        column.value((row) => row.multipliers?.model ?? null, {
          id: "multiplier",
          header: t("modelMultiplier"),
          cell: ({ row }) => <MultiplierCell value={row.original.multipliers?.model} />,
          meta: { align: "right", width: 80 },
        }),
        column.value((row) => row.multipliers?.completion ?? null, {
          id: "completion",
          header: t("completionMultiplier"),
          cell: ({ row }) => <MultiplierCell value={row.original.multipliers?.completion} />,
          meta: { align: "right", width: 104 },
        }),
        column.value((row) => row.drift, {
          id: "drift",
          header: t("drift"),
          cell: ({ row }) => <Drift value={row.original.drift} />,
          meta: { align: "right", card: "lineAside", width: 88, cardLabel: true },
        }),
      ]),
    [t],
  );
}
