"use client";

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { channelHealthQuery, channelQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { ErrorState } from "../common/error-state.tsx";
import { pushed } from "../data-table/history.ts";
import { PageHeader } from "../shell/page-header.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { ChannelActions } from "./channel-actions.tsx";
import { ChannelCredentials } from "./channel-credentials.tsx";
import { ChannelFigures } from "./channel-figures.tsx";
import { ChannelModels } from "./channel-models.tsx";
import { ChannelSettings } from "./channel-settings.tsx";
import { ChannelState } from "./channel-state.tsx";
import classes from "./channels.module.css";
import { DeleteChannelDialog } from "./delete-channel-dialog.tsx";

const ChannelForm = dynamic(() => import("./channel-form.tsx").then((module) => module.ChannelForm), {
  ssr: false,
});

const tabs = ["models", "credentials", "settings"] as const;
const LIVE_MS = 3_000;

/** One channel, live: what state it and its models and credentials are in, and what it is set to. */
export function ChannelView({ id }: { id: string }) {
  const t = useTranslations("channels");
  const channel = useQuery({ ...channelQuery(id), refetchInterval: LIVE_MS });
  const health = useQuery({ ...channelHealthQuery(id), refetchInterval: LIVE_MS });
  const parent = { href: "/channels", title: t("title") };
  if (channel.data === undefined) {
    return (
      <>
        <PageHeader title="" parent={parent} />
        {channel.error !== null && (
          <ErrorState error={channel.error} onRetry={() => void channel.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <Head channel={channel.data} />
      {health.data !== undefined && <ChannelFigures channelId={id} health={health.data} />}
      {health.error !== null && health.data === undefined && (
        <ErrorState error={health.error} onRetry={() => void health.refetch()} />
      )}
      <Parts channel={channel.data} health={health.data} />
    </>
  );
}

function Head({ channel }: { channel: Channel }) {
  const t = useTranslations("channels");
  const router = useRouter();
  const [{ edit }, setParams] = useQueryStates({ edit: parseAsBoolean }, pushed);
  const [isDeleting, setDeleting] = useState(false);
  const edited = useEdited<Channel>(edit === true ? `/api/channels/${encodeURIComponent(channel.id)}` : null);
  const close = () => void setParams({ edit: null });
  return (
    <>
      <PageHeader
        title={channel.name}
        parent={{ href: "/channels", title: t("title") }}
        beside={<ChannelState channel={channel} />}
      >
        <ChannelActions
          channel={channel}
          onEdit={() => void setParams({ edit: true })}
          onDelete={() => setDeleting(true)}
        />
      </PageHeader>
      {edit === true && edited.data !== undefined && (
        <ChannelForm channel={edited.data.value} etag={edited.data.etag} onClose={close} onSaved={close} />
      )}
      <DeleteChannelDialog
        channel={isDeleting ? channel : null}
        onClose={() => setDeleting(false)}
        onDeleted={() => router.push("/channels")}
      />
    </>
  );
}

type PartsProps = { channel: Channel; health: Parameters<typeof ChannelModels>[0]["health"] };

function Parts({ channel, health }: PartsProps) {
  const t = useTranslations("channels");
  const [{ tab }, setParams] = useQueryStates(
    { tab: parseAsStringLiteral(tabs).withDefault("models") },
    pushed,
  );
  return (
    <Tabs
      value={tab}
      onChange={(value) => void setParams({ tab: tabs.find((name) => name === value) ?? null })}
      className={classes.tabs}
    >
      <Tabs.List className={classes.tabList}>
        <Tabs.Tab value="models">{t("modelsCount", { count: channel.models.length })}</Tabs.Tab>
        <Tabs.Tab value="credentials">
          {t("credentialsCount", { count: channel.credentials.length })}
        </Tabs.Tab>
        <Tabs.Tab value="settings">{t("settings")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="models" className={classes.panel}>
        <ChannelModels channel={channel} health={health} />
      </Tabs.Panel>
      <Tabs.Panel value="credentials" className={classes.panel}>
        {health !== undefined && <ChannelCredentials health={health} />}
      </Tabs.Panel>
      <Tabs.Panel value="settings" className={classes.panel}>
        <ChannelSettings channel={channel} />
      </Tabs.Panel>
    </Tabs>
  );
}
