"use client";

import { Button } from "@mantine/core";
import { IconActivity, IconTags } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import type { Channel } from "#lib/channels/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable, type TablePages } from "../data-table/data-table.tsx";
import { useCan } from "../shell/me.tsx";
import classes from "./channels.module.css";
import { type ModelOnChannel, useChannelModelColumns } from "./use-channel-model-columns.tsx";
import { useChannelTests } from "./use-channel-tests.ts";

type Props = { channel: Channel; health: ChannelHealthAnswer | undefined };

/** The channel's models, each with how it does there; all tested at one click. */
export function ChannelModels({ channel, health }: Props) {
  const t = useTranslations("channels");
  const mayWrite = useCan("channels.write");
  const tests = useChannelTests(channel.id);
  const columns = useChannelModelColumns({ mayWrite, tests });
  const pages = useMemo(() => asPages(modelsOf(channel, health)), [channel, health]);
  const names = channel.models.map(({ model }) => model);
  return (
    <>
      {mayWrite && names.length > 0 && (
        <div className={classes.bar}>
          <span className={classes.dim}>{t("testsAreBilled")}</span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconActivity size={14} />}
            loading={tests.isRunning}
            onClick={() => void tests.run(names)}
          >
            {t("testAll", { count: names.length })}
          </Button>
        </div>
      )}
      <DataTable
        label={t("models")}
        columns={columns}
        pages={pages}
        rowId={(row) => row.model}
        empty={
          <EmptyState icon={IconTags} title={t("noModels")}>
            {t("noModelsText")}
          </EmptyState>
        }
      />
    </>
  );
}

function modelsOf(channel: Channel, health: ChannelHealthAnswer | undefined): ModelOnChannel[] {
  const byModel = new Map(health?.models.map((one) => [one.model, one]));
  return channel.models.map((served) => ({ ...served, health: byModel.get(served.model) }));
}

/** A list that is there as a whole, as a table of pages wants it. */
function asPages<T>(items: T[]): TablePages<T> {
  return {
    data: { pages: [{ items }] },
    error: null,
    isPlaceholderData: false,
    isFetchingNextPage: false,
    hasNextPage: false,
    fetchNextPage: () => undefined,
    refetch: () => undefined,
  };
}
