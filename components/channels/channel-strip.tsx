"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { channelsQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { groupDigits } from "../common/format-money.ts";
import { ChannelReason, ChannelState } from "./channel-state.tsx";
import classes from "./channels.module.css";

const SHOWN = 24;
const order: readonly State[] = [
  "open",
  "rate_limited",
  "half_open",
  "degraded",
  "healthy",
  "draining",
  "disabled",
];
type State = Channel["health"]["state"];

/** The channels side by side for the overview, those in trouble first: state, why, and what went through. */
export function ChannelStrip() {
  const t = useTranslations("channels");
  const { data } = useInfiniteQuery(channelsQuery({}));
  const channels = data?.pages.flatMap((page) => page.items) ?? [];
  if (channels.length === 0) return null;
  return (
    <div className={classes.strip}>
      {worstFirst(channels)
        .slice(0, SHOWN)
        .map((channel) => (
          <Link key={channel.id} href={`/channels?row=${channel.id}`} className={classes.stripItem}>
            <span className={classes.stripName}>
              <span className={classes.stripTitle}>{channel.name}</span>
              <ChannelState channel={channel} />
            </span>
            <ChannelReason channel={channel} className={classes.stripTrouble} />
            <span className={classes.stripTraffic}>
              {t("requestsLastHour", { count: groupDigits(String(channel.requestsLastHour)) })}
              {channel.errorsLastHour > 0 && (
                <span className={classes.errors}>
                  {" "}
                  · {t("errorCount", { count: channel.errorsLastHour })}
                </span>
              )}
            </span>
          </Link>
        ))}
    </div>
  );
}

function worstFirst(channels: readonly Channel[]): Channel[] {
  const rank = ({ health }: Channel) => order.indexOf(health.state);
  return [...channels].sort((left, right) => rank(left) - rank(right));
}
