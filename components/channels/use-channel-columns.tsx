"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Channel } from "#lib/channels/schema";
import { Count } from "../common/count.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { ChannelState } from "./channel-state.tsx";
import { ChannelTestButton } from "./channel-test.tsx";
import classes from "./channels.module.css";

const column = tableColumns<Channel>();

export function useChannelColumns({ mayWrite }: { mayWrite: boolean }) {
  const t = useTranslations("channels");
  return useMemo(() => {
    const test = column.display({
      id: "test",
      header: t("lastTest"),
      cell: ({ row }) => <ChannelTestButton channel={row.original} />,
      meta: { width: 230 },
    });
    return column.columns([
      column.display({
        id: "name",
        header: t("name"),
        cell: ({ row }) => row.original.name,
        meta: { card: "title" },
      }),
      column.display({
        id: "state",
        header: t("state"),
        cell: ({ row }) => <ChannelState channel={row.original} />,
        meta: { card: "aside", width: 126 },
      }),
      column.display({
        id: "provider",
        header: t("provider"),
        cell: ({ row }) => t(`providers.${row.original.provider}`),
      }),
      column.display({
        id: "models",
        header: t("models"),
        cell: ({ row }) => <Models channel={row.original} />,
        meta: { card: "line" },
      }),
      column.display({
        id: "priority",
        header: t("priority"),
        cell: ({ row }) => row.original.priority,
        meta: { align: "right", width: 78 },
      }),
      column.display({
        id: "weight",
        header: t("weight"),
        cell: ({ row }) => row.original.weight,
        meta: { align: "right", width: 74 },
      }),
      column.display({
        id: "traffic",
        header: t("lastHour"),
        cell: ({ row }) => <Traffic channel={row.original} />,
        meta: { align: "right", card: "lineAside", width: 140 },
      }),
      ...(mayWrite ? [test] : []),
    ]);
  }, [t, mayWrite]);
}

function Models({ channel: { models } }: { channel: Channel }) {
  const t = useTranslations("channels");
  const unpriced = models.filter((model) => !model.priced).length;
  const [first, ...rest] = models;
  if (first === undefined) return <span className={classes.dim}>–</span>;
  return (
    <>
      {first.model}
      {rest.length > 0 && <span className={classes.dim}> +{rest.length}</span>}
      {unpriced > 0 && <span className={classes.errors}> · {t("unpricedCount", { count: unpriced })}</span>}
    </>
  );
}

function Traffic({ channel: { requestsLastHour, errorsLastHour } }: { channel: Channel }) {
  const t = useTranslations("channels");
  return (
    <span className={classes.traffic}>
      <Count value={requestsLastHour} />
      {errorsLastHour > 0 && (
        <span className={classes.errors}> · {t("errorCount", { count: errorsLastHour })}</span>
      )}
    </span>
  );
}
