"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { channelsQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { ShortList } from "../common/short-list.tsx";
import { ChannelState } from "./channel-state.tsx";
import classes from "./channels.module.css";

const SHOWN = 12;

/** The channels that take a group's calls, those that are its own marked. */
export function ChannelsOfGroup({ groupId }: { groupId: string }) {
  const t = useTranslations("channels");
  const { data, error, refetch } = useInfiniteQuery(channelsQuery({ group: groupId, limit: SHOWN }));
  if (data === undefined)
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  const channels = data.pages[0]?.items ?? [];
  if (channels.length === 0) return <p className={classes.dim}>{t("groupHasNone")}</p>;
  return (
    <ShortList>
      {channels.map((channel) => (
        <li key={channel.id}>
          <Link href={`/channels/${channel.id}`}>{channel.name}</Link>
          <ChannelState channel={channel} />
          <span className={classes.dim}>
            {channel.accounts.length > 0
              ? t("forAccounts", { count: channel.accounts.length })
              : t(dedication(channel.groups))}
          </span>
        </li>
      ))}
    </ShortList>
  );
}

function dedication(groups: readonly string[]) {
  if (groups.length === 0) return "forAll" as const;
  return groups.length === 1 ? ("forGroupAlone" as const) : ("forSomeGroups" as const);
}
