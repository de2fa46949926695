"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { channelsQuery } from "#lib/api/queries";
import { groupDigits } from "../common/format-money.ts";
import { ChannelState } from "./channel-state.tsx";
import classes from "./channels.module.css";

/** The channels side by side for the overview: state and what went through in the last hour. */
export function ChannelStrip() {
  const t = useTranslations("channels");
  const { data } = useInfiniteQuery(channelsQuery({}));
  const channels = data?.pages.flatMap((page) => page.items) ?? [];
  if (channels.length === 0) return null;
  return (
    <div className={classes.strip}>
      {channels.slice(0, 24).map((channel) => (
        <Link key={channel.id} href={`/channels?row=${channel.id}`} className={classes.stripItem}>
          <span className={classes.stripName}>
            <span className={classes.stripTitle}>{channel.name}</span>
            <ChannelState channel={channel} />
          </span>
          <span className={classes.stripTraffic}>
            {t("requestsLastHour", { count: groupDigits(String(channel.requestsLastHour)) })}
            {channel.errorsLastHour > 0 && (
              <span className={classes.errors}> · {t("errorCount", { count: channel.errorsLastHour })}</span>
            )}
          </span>
        </Link>
      ))}
    </div>
  );
}
