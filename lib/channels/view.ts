import { parseFraction } from "#lib/core/fraction";
import type { Channel as ChannelRow } from "#lib/db/generated/client";
import { displayExact } from "#lib/pricing/display";
import { credentialId } from "./credential-id.ts";
import type { ChannelLive } from "./health-schema.ts";
import {
  type Channel,
  type ChannelCaps,
  type ChannelModel,
  type ChannelTimeouts,
  channelCaps,
  channelProviders,
  channelStatuses,
  channelTimeouts,
} from "./schema.ts";

export type StoredChannel = ChannelRow & { models: ChannelModel[] };
export type ChannelTraffic = { requests: number; errors: number };

/** A channel as it is shown: the credential is only said to be there. */
export function toChannel(
  row: StoredChannel,
  isPriced: (model: string) => boolean,
  traffic: ChannelTraffic,
  health: ChannelLive,
): Channel {
  return {
    id: row.id,
    name: row.name,
    provider: channelProviders.find((provider) => provider === row.provider) ?? "openai-compatible",
    baseUrl: row.baseUrl,
    hasCredential: row.credential !== null,
    credentials: sealedCredentials(row).map((bytes, index) => ({ id: credentialId(bytes), index })),
    models: row.models.map(({ model, upstreamModel, contextWindow }) => ({
      model,
      upstreamModel,
      priced: isPriced(model),
      ...(contextWindow === null ? {} : { contextWindow }),
    })),
    groups: row.groups,
    accounts: row.accounts,
    priority: row.priority,
    weight: row.weight,
    timeouts: readTimeouts(row.timeouts),
    caps: readCaps(row.caps),
    costMultiplier: displayExact(parseFraction(row.costMultiplier)),
    injectUsage: row.injectUsage,
    status: statusOf(row),
    health,
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
    credentials: sealedCredentials(row).length,
    models: row.models.map(({ model, upstreamModel, contextWindow }) => ({
      model,
      upstreamModel,
      contextWindow,
    })),
    groups: row.groups,
    accounts: row.accounts,
    priority: row.priority,
    weight: row.weight,
    timeouts: readTimeouts(row.timeouts),
    caps: readCaps(row.caps),
    costMultiplier: row.costMultiplier,
    injectUsage: row.injectUsage,
    status: row.status,
  };
}

/** Stored timeouts; what an older or newer version wrote and this one cannot read counts as not set. */
export function readTimeouts(stored: unknown): ChannelTimeouts {
  const read = channelTimeouts.safeParse(stored);
  return read.success ? read.data : {};
}

function readCaps(stored: unknown): ChannelCaps {
  const read = channelCaps.safeParse(stored);
  return read.success ? read.data : {};
}

/** A status that this release does not know serves nothing. */
export function statusOf({ status }: Pick<StoredChannel, "status">): Channel["status"] {
  return channelStatuses.find((known) => known === status) ?? "disabled";
}

/** The stored credentials, in their order. */
export function sealedCredentials(
  row: Pick<StoredChannel, "credential" | "moreCredentials">,
): Uint8Array<ArrayBuffer>[] {
  return row.credential === null ? [] : [row.credential, ...row.moreCredentials];
}

function lastTestOf(row: StoredChannel): Channel["lastTest"] {
  if (row.lastTestAt === null || row.lastTestOk === null) return null;
  return { at: row.lastTestAt.toISOString(), ok: row.lastTestOk, detail: row.lastTestDetail };
}
