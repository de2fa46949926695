"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ActivityOfChannel } from "#lib/channels/activity/schema";
import type { Channel } from "#lib/channels/schema";
import { Sparkline } from "../charts/sparkline.tsx";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Money } from "../common/money.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { ChannelStateWithReason } from "./channel-state.tsx";
import { ChannelTestButton } from "./channel-test.tsx";
import classes from "./channels.module.css";
import { Milliseconds, SuccessRate } from "./rate.tsx";

const column = tableColumns<Channel>();

/** Columns that only those have who may test. */
export const columnsOfWriters = ["test"];

type Options = { mayWrite: boolean; activity: ReadonlyMap<string, ActivityOfChannel> };

export function useChannelColumns({ mayWrite, activity }: Options) {
  const t = useTranslations("channels");
  return useMemo(
    () => [
      ...stateColumns(t),
      ...activityColumns(t, activity),
      ...settingColumns(t),
      ...(mayWrite
        ? [
            column.display({
              id: "test",
              header: t("lastTest"),
              cell: ({ row }) => <ChannelTestButton channel={row.original} />,
              meta: { width: 106 },
            }),
          ]
        : []),
    ],
    [t, mayWrite, activity],
  );
}

type Words = ReturnType<typeof useTranslations<"channels">>;

function stateColumns(t: Words) {
  return column.columns([
    column.value((row) => row.name, {
      id: "name",
      header: t("name"),
      cell: ({ row }) => row.original.name,
      meta: { card: "title", sort: "name", share: 16 },
    }),
    column.value((row) => row.health.state, {
      id: "state",
      header: t("state"),
      cell: ({ row }) => <ChannelStateWithReason channel={row.original} />,
      meta: { card: "aside", width: 168 },
    }),
    column.value((row) => row.models.map(({ model }) => model).join(" "), {
      id: "models",
      header: t("models"),
      cell: ({ row }) => <Models channel={row.original} />,
      meta: { card: "line" },
    }),
    column.value((row) => row.health.firstTokenP50Ms, {
      id: "firstToken",
      header: t("firstTokenP50"),
      cell: ({ row }) => <Milliseconds ms={row.original.health.firstTokenP50Ms} />,
      meta: { align: "right", width: 84 },
    }),
    column.value((row) => row.health.successRate, {
      id: "success",
      header: t("success"),
      cell: ({ row }) => <SuccessRate rate={row.original.health.successRate} />,
      meta: { align: "right", card: "lineAside", width: 72, cardLabel: true },
    }),
    column.value((row) => row.health.inFlight, {
      id: "inFlight",
      header: t("inFlight"),
      cell: ({ row }) => <Count value={row.original.health.inFlight} />,
      meta: { align: "right", width: 66 },
    }),
  ]);
}

function activityColumns(t: Words, activity: Options["activity"]) {
  return column.columns([
    column.value((row) => activity.get(row.id)?.spend ?? "0", {
      id: "spend",
      header: t("spendDay"),
      cell: ({ row }) => <Money value={activity.get(row.original.id)?.spend ?? "0"} rounded />,
      meta: { align: "right", width: 92 },
    }),
    column.value((row) => activity.get(row.id)?.margin ?? "0", {
      id: "margin",
      header: t("margin"),
      cell: ({ row }) => <Money value={activity.get(row.original.id)?.margin ?? "0"} rounded />,
      meta: { align: "right", width: 80 },
    }),
    column.value((row) => activity.get(row.id)?.requests ?? 0, {
      id: "calls",
      header: t("callsDay"),
      cell: ({ row }) => <Calls activity={activity.get(row.original.id)} />,
      meta: { width: 90 },
    }),
  ]);
}

/** What an operator compares now and then; chosen in the list's menu. */
function settingColumns(t: Words) {
  return column.columns([
    column.value((row) => row.priority, {
      id: "priority",
      header: t("priority"),
      cell: ({ row }) => row.original.priority,
      meta: { align: "right", width: 72, isExtra: true },
    }),
    column.value((row) => row.weight, {
      id: "weight",
      header: t("weight"),
      cell: ({ row }) => row.original.weight,
      meta: { align: "right", width: 72, isExtra: true },
    }),
    column.value((row) => row.groups.join(" "), {
      id: "groups",
      header: t("groups"),
      cell: ({ row }) => row.original.groups.join(", ") || t("allGroups"),
      meta: { width: 130, isExtra: true },
    }),
    column.value((row) => row.createdAt, {
      id: "created",
      header: t("created"),
      cell: ({ row }) => <Ago at={row.original.createdAt} />,
      meta: { align: "right", width: 96, sort: "createdAt", isExtra: true },
    }),
  ]);
}

function Calls({ activity }: { activity: ActivityOfChannel | undefined }) {
  const t = useTranslations("channels");
  if (activity === undefined) return <span className={classes.dim}>–</span>;
  return <Sparkline values={activity.hours} label={t("callsInDay", { count: activity.requests })} />;
}

function Models({ channel: { models } }: { channel: Channel }) {
  const t = useTranslations("channels");
  const unpriced = models.filter((model) => !model.priced).length;
  const [first, ...rest] = models;
  if (first === undefined) return <span className={classes.dim}>–</span>;
  return (
    <span className={classes.models}>
      <span>{first.model}</span>
      {rest.length > 0 && <span className={classes.dim}> +{rest.length}</span>}
      {unpriced > 0 && <span className={classes.errors}> · {t("unpricedCount", { count: unpriced })}</span>}
    </span>
  );
}
