import { formatUsd } from "#lib/core/money";
import type { ActivityOfChannel, ChannelActivity } from "./schema.ts";
import { type ActivityRow, readActivity } from "./store.ts";

const HOURS = 24;

/** The last 24 hours of every channel that had any, up to now. */
export async function getActivity(): Promise<ChannelActivity> {
  const to = new Date();
  const byChannel = Map.groupBy(await readActivity(to), ({ channelId }) => channelId);
  return {
    from: new Date(to.getTime() - HOURS * 3_600_000).toISOString(),
    to: to.toISOString(),
    items: [...byChannel].map(([channelId, rows]) => activityOf(channelId, rows)),
  };
}

function activityOf(channelId: string, rows: readonly ActivityRow[]): ActivityOfChannel {
  const hours = new Array<number>(HOURS).fill(0);
  let [requests, spend, upstreamCost] = [0, 0n, 0n];
  for (const row of rows) {
    if (row.hour >= 0 && row.hour < HOURS) hours[row.hour] = row.requests;
    requests += row.requests;
    spend += row.spend;
    upstreamCost += row.upstreamCost;
  }
  return {
    channelId,
    requests,
    spend: formatUsd(spend),
    officialCost: formatUsd(upstreamCost),
    margin: formatUsd(spend - upstreamCost),
    hours,
  };
}
