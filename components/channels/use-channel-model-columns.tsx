"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import type { Channel } from "#lib/channels/schema";
import { Count } from "../common/count.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { PartState } from "./channel-state.tsx";
import { ModelTest } from "./channel-test.tsx";
import classes from "./channels.module.css";
import { NextTry } from "./next-try.tsx";
import { Milliseconds, SuccessRate } from "./rate.tsx";
import type { useChannelTests } from "./use-channel-tests.ts";

export type ModelOnChannel = Channel["models"][number] & {
  health: ChannelHealthAnswer["models"][number] | undefined;
};

const column = tableColumns<ModelOnChannel>();

type Options = { mayWrite: boolean; tests: ReturnType<typeof useChannelTests> };
type Words = ReturnType<typeof useTranslations<"channels">>;

export function useChannelModelColumns({ mayWrite, tests }: Options) {
  const t = useTranslations("channels");
  const { states, run } = tests;
  return useMemo(() => {
    const test = column.display({
      id: "test",
      header: t("lastTest"),
      cell: ({ row: { original } }) => (
        <ModelTest test={states.get(original.model)} onTest={() => void run([original.model])} />
      ),
      meta: { card: "line", share: 17 },
    });
    return [...modelColumns(t), ...figureColumns(t), ...(mayWrite ? [test] : [])];
  }, [t, mayWrite, states, run]);
}

function modelColumns(t: Words) {
  return column.columns([
    column.display({
      id: "model",
      header: t("model"),
      cell: ({ row }) => <ModelName served={row.original} unpriced={t("unpriced")} />,
      meta: { card: "title", share: 22 },
    }),
    column.display({
      id: "state",
      header: t("state"),
      cell: ({ row: { original } }) =>
        original.health === undefined ? (
          <span className={classes.dim}>–</span>
        ) : (
          <PartState part={original.health} />
        ),
      meta: { card: "aside" },
    }),
    column.display({
      id: "nextProbe",
      header: t("nextProbe"),
      cell: ({ row }) => <NextTry at={row.original.health?.nextProbeAt ?? null} />,
      meta: { width: 92 },
    }),
  ]);
}

function figureColumns(t: Words) {
  return column.columns([
    column.display({
      id: "attempts",
      header: t("attemptsQuarter"),
      cell: ({ row }) => <Count value={row.original.health?.attempts ?? 0} />,
      meta: { align: "right", width: 100 },
    }),
    column.display({
      id: "success",
      header: t("success"),
      cell: ({ row }) => <SuccessRate rate={row.original.health?.successRate ?? null} />,
      meta: { align: "right", card: "lineAside", width: 84, cardLabel: true },
    }),
    column.display({
      id: "firstTokenP50",
      header: t("firstTokenP50"),
      cell: ({ row }) => <Milliseconds ms={row.original.health?.firstTokenP50Ms ?? null} />,
      meta: { align: "right", width: 96 },
    }),
    column.display({
      id: "firstTokenP95",
      header: t("firstTokenP95"),
      cell: ({ row }) => <Milliseconds ms={row.original.health?.firstTokenP95Ms ?? null} />,
      meta: { align: "right", width: 96 },
    }),
  ]);
}

function ModelName({ served, unpriced }: { served: ModelOnChannel; unpriced: string }) {
  const { model, upstreamModel, priced } = served;
  return (
    <>
      {model}
      {upstreamModel !== model && <span className={classes.dim}> → {upstreamModel}</span>}{" "}
      {!priced && <StateBadge tone="warn">{unpriced}</StateBadge>}
    </>
  );
}
