"use client";

import { Button } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { channelHealthQuery, channelQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { ChannelActions } from "./channel-actions.tsx";
import { ChannelFigures } from "./channel-figures.tsx";
import { ChannelSettings } from "./channel-settings.tsx";
import { ChannelState } from "./channel-state.tsx";
import { ModelTest } from "./channel-test.tsx";
import classes from "./channels.module.css";
import { useChannelTests } from "./use-channel-tests.ts";

type Props = SheetSteps & {
  id: string;
  known: Channel | undefined;
  onEdit: (channel: Channel) => void;
  onDelete: (channel: Channel) => void;
};

/** One channel beside the list: does it work, what does it serve, how is it chosen; the rest stands on its page. */
export function ChannelSheet({ id, known, onEdit, onDelete, ...sheet }: Props) {
  const t = useTranslations("channels");
  const query = useQuery({
    ...channelQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const health = useQuery({ ...channelHealthQuery(id), refetchInterval: 3_000 });
  const channel = query.data;
  const title = (
    <>
      <span>{channel?.name ?? id}</span>
      {channel !== undefined && <ChannelState channel={channel} />}
    </>
  );
  return (
    <RowSheet label={channel?.name ?? id} title={title} {...sheet}>
      {channel === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {channel !== undefined && (
        <>
          <div className={classes.actions}>
            <Button
              component={Link}
              href={`/channels/${channel.id}`}
              variant="default"
              leftSection={<IconArrowUpRight size={16} />}
            >
              {t("openPage")}
            </Button>
            <ChannelActions
              channel={channel}
              onEdit={() => onEdit(channel)}
              onDelete={() => onDelete(channel)}
            />
          </div>
          {health.data !== undefined && <ChannelFigures channelId={id} health={health.data} />}
          <ServedModels channel={channel} />
          <ChannelSettings channel={channel} />
        </>
      )}
    </RowSheet>
  );
}

/** A sheet shows so many; the page shows all of them. */
const SHOWN = 12;

function ServedModels({ channel }: { channel: Channel }) {
  const t = useTranslations("channels");
  const mayWrite = useCan("channels.write");
  const { states, run } = useChannelTests(channel.id);
  const rest = channel.models.length - SHOWN;
  return (
    <SheetSection title={t("models")}>
      <ul className={classes.served}>
        {channel.models.slice(0, SHOWN).map(({ model, upstreamModel, priced }) => (
          <li key={model}>
            <span>
              {model}
              {upstreamModel !== model && <span className={classes.dim}> → {upstreamModel}</span>}
            </span>
            {!priced && <StateBadge tone="warn">{t("unpriced")}</StateBadge>}
            {mayWrite && <ModelTest test={states.get(model)} onTest={() => void run([model])} />}
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Link className={classes.moreLink} href={`/channels/${channel.id}`}>
          {t("moreModels", { count: rest })}
        </Link>
      )}
    </SheetSection>
  );
}
