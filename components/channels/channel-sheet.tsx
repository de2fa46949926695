"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { channelQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { RowSheet } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { RowActions } from "../shell/row-actions.tsx";
import { ChannelState } from "./channel-state.tsx";
import { ChannelTestButton } from "./channel-test.tsx";
import classes from "./channels.module.css";

type Props = {
  id: string;
  known: Channel | undefined;
  onClose: () => void;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
  onEdit: (channel: Channel) => void;
  onDelete: (channel: Channel) => void;
};

/** One channel: does it work, what does it serve, how is it chosen. */
export function ChannelSheet({ id, known, onEdit, onDelete, ...sheet }: Props) {
  const t = useTranslations("channels");
  const query = useQuery({
    ...channelQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const mayWrite = useCan("channels.write");
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
          <RowActions
            row={channel}
            path="/api/channels"
            logsHref={`/logs?channelId=${channel.id}`}
            words="channels"
            mayWrite={mayWrite}
            onEdit={() => onEdit(channel)}
            onDelete={() => onDelete(channel)}
          />
          <SheetSection title={t("models")}>
            <ul className={classes.models}>
              {channel.models.map(({ model, upstreamModel, priced }) => (
                <li key={model}>
                  <span>
                    {model}
                    {upstreamModel !== model && <span className={classes.dim}> → {upstreamModel}</span>}
                  </span>
                  {!priced && <StateBadge tone="warn">{t("unpriced")}</StateBadge>}
                  {mayWrite && <ChannelTestButton channel={{ ...channel, lastTest: null }} model={model} />}
                </li>
              ))}
            </ul>
          </SheetSection>
          <SheetSection title={t("details")}>
            <ChannelFacts channel={channel} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function ChannelFacts({ channel }: { channel: Channel }) {
  const t = useTranslations("channels");
  const { requestsLastHour, errorsLastHour } = channel;
  return (
    <Facts
      facts={[
        { name: t("provider"), value: t(`providers.${channel.provider}`) },
        { name: t("baseUrl"), value: channel.baseUrl === "" ? "–" : <code>{channel.baseUrl}</code> },
        { name: t("credential"), value: channel.hasCredential ? t("credentialKept") : t("noCredential") },
        {
          name: t("groups"),
          value: channel.groups.length === 0 ? t("allGroups") : channel.groups.join(", "),
        },
        { name: t("priority"), value: channel.priority },
        { name: t("weight"), value: channel.weight },
        {
          name: t("lastHour"),
          value: (
            <>
              <Count value={requestsLastHour} />
              {errorsLastHour > 0 && (
                <span className={classes.errors}> · {t("errorCount", { count: errorsLastHour })}</span>
              )}
            </>
          ),
        },
        { name: t("created"), value: <Ago at={channel.createdAt} /> },
        { name: t("changed"), value: <Ago at={channel.updatedAt} /> },
        { name: t("id"), value: <Id value={channel.id} full /> },
      ]}
    />
  );
}
