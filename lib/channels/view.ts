import type { Channel as ChannelRow } from "#lib/db/generated/client";
import {
  type Channel,
  type ChannelModel,
  type ChannelTimeouts,
  channelProviders,
  channelTimeouts,
} from "./schema.ts";

export type StoredChannel = ChannelRow & { models: ChannelModel[] };
export type ChannelTraffic = { requests: number; errors: number };

/** A channel as it is shown: the credential is only said to be there. */
export function toChannel(
  row: StoredChannel,
  isPriced: (model: string) => boolean,
  traffic: ChannelTraffic = { requests: 0, errors: 0 },
): Channel {
  return {
    id: row.id,
    name: row.name,
    provider: channelProviders.find((provider) => provider === row.provider) ?? "openai-compatible",
    baseUrl: row.baseUrl,
    hasCredential: row.credential !== null,
    models: row.models.map(({ model, upstreamModel }) => ({ model, upstreamModel, priced: isPriced(model) })),
    groups: row.groups,
    priority: row.priority,
    weight: row.weight,
    timeouts: readTimeouts(row.timeouts),
    injectUsage: row.injectUsage,
    status: row.status === "disabled" ? "disabled" : "active",
    lastTest: lastTestOf(row),
    requestsLastHour: traffic.requests,
    errorsLastHour: traffic.errors,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What the audit log keeps of a channel: everything but the credential. */
export function auditOf(row: StoredChannel): Record<string, unknown> {
  return {
    name: row.name,
    provider: row.provider,
    baseUrl: row.baseUrl,
    hasCredential: row.credential !== null,
    models: row.models.map(({ model, upstreamModel }) => ({ model, upstreamModel })),
    groups: row.groups,
    priority: row.priority,
    weight: row.weight,
    timeouts: readTimeouts(row.timeouts),
    injectUsage: row.injectUsage,
    status: row.status,
  };
}

/** Stored timeouts; what an older or newer version wrote and this one cannot read counts as not set. */
export function readTimeouts(stored: unknown): ChannelTimeouts {
  const read = channelTimeouts.safeParse(stored);
  return read.success ? read.data : {};
}

function lastTestOf(row: StoredChannel): Channel["lastTest"] {
  if (row.lastTestAt === null || row.lastTestOk === null) return null;
  return { at: row.lastTestAt.toISOString(), ok: row.lastTestOk, detail: row.lastTestDetail };
}
