import { formatUsd } from "#lib/core/money";
import { percentile } from "#lib/logs/histogram";
import { credentialId } from "./credential-id.ts";
import type { ChannelHealthAnswer, ChannelLive } from "./health-schema.ts";
import type { AttemptsRow, ChannelMoney, HealthRow, StoredHealth } from "./health-store.ts";
import { type StoredChannel, sealedCredentials, statusOf } from "./view.ts";

type Part = ChannelHealthAnswer["channel"];

/** A channel's state in one word, and what it goes by. */
export function liveOf(row: StoredChannel, health: StoredHealth): ChannelLive {
  const parts = partsOf(row, health);
  const worst = [parts.channel, ...parts.models, ...parts.credentials]
    .filter(({ state }) => state !== "closed")
    .sort((left, right) => (left.since ?? "").localeCompare(right.since ?? ""))[0];
  const attempts = health.attempts.filter(({ channelId }) => channelId === row.id);
  return {
    state: stateOf(row, parts),
    since: worst?.since ?? null,
    reason: worst?.reason ?? null,
    lastErrorClass: worst?.lastErrorClass ?? null,
    nextProbeAt: worst?.nextProbeAt ?? null,
    inFlight: sum(inFlightOf(row.id, health).map(({ inFlight }) => inFlight)),
    ...figuresOf(attempts),
  };
}

/** The same in full: each model, each credential, each node, and the money of a span. */
export function healthOf(
  row: StoredChannel,
  health: StoredHealth,
  money: ChannelMoney & { from: Date; to: Date },
): ChannelHealthAnswer {
  const { from, to, requests, spend, upstreamCost } = money;
  const attempts = health.attempts.filter(({ channelId }) => channelId === row.id);
  const parts = partsOf(row, health);
  return {
    ...liveOf(row, health),
    channel: parts.channel,
    models: parts.models.map((part) => ({
      ...part,
      ...figuresOf(attempts.filter(({ model }) => model === part.model)),
    })),
    credentials: parts.credentials,
    nodes: inFlightOf(row.id, health).map(({ nodeId, inFlight }) => ({ nodeId, inFlight })),
    money: {
      from: from.toISOString(),
      to: to.toISOString(),
      requests,
      spend: formatUsd(spend),
      officialCost: formatUsd(upstreamCost),
      margin: formatUsd(spend - upstreamCost),
    },
  };
}

type Parts = {
  channel: Part;
  models: (Part & { model: string })[];
  credentials: (Part & { id: string; index: number })[];
};

function partsOf(row: StoredChannel, { breakers }: StoredHealth): Parts {
  const bySubject = new Map(
    breakers.filter(({ channelId }) => channelId === row.id).map((one) => [one.subject, one]),
  );
  return {
    channel: partOf(bySubject.get("")),
    models: row.models.map(({ model }) => ({ model, ...partOf(bySubject.get(`model:${model}`)) })),
    credentials: sealedCredentials(row).map((bytes, index) => {
      const id = credentialId(bytes);
      return { id, index, ...partOf(bySubject.get(`credential:${id}`)) };
    }),
  };
}

function partOf(row: HealthRow | undefined): Part {
  if (row === undefined) {
    return { state: "closed", since: null, reason: null, lastErrorClass: null, nextProbeAt: null };
  }
  const isOpen = row.state !== "closed";
  return {
    state: row.state,
    since: row.since.toISOString(),
    reason: isOpen ? row.reason : null,
    lastErrorClass: row.errorClass,
    nextProbeAt: isOpen && row.nextProbeAt !== null ? row.nextProbeAt.toISOString() : null,
  };
}

function stateOf(row: StoredChannel, { channel, models, credentials }: Parts): ChannelLive["state"] {
  const status = statusOf(row);
  if (status !== "active") return status;
  const isShut = ({ state }: Part) => state !== "closed";
  const isOut =
    isShut(channel) ||
    (models.length > 0 && models.every(isShut)) ||
    (credentials.length > 0 && credentials.every(isShut));
  const all = [channel, ...models, ...credentials];
  if (isOut) return all.some(({ state }) => state === "half_open") ? "half_open" : "open";
  return all.some(isShut) ? "degraded" : "healthy";
}

function figuresOf(rows: readonly AttemptsRow[]) {
  const attempts = sum(rows.map((row) => row.attempts));
  const failures = sum(rows.map((row) => row.failures));
  const histogram: number[] = [];
  for (const { firstTokens } of rows) {
    for (const [index, count] of firstTokens.entries()) histogram[index] = (histogram[index] ?? 0) + count;
  }
  return {
    attempts,
    failures,
    successRate: attempts === 0 ? null : Math.max(0, 1 - failures / attempts),
    firstTokenP50Ms: rounded(percentile(histogram, 0.5)),
    firstTokenP95Ms: rounded(percentile(histogram, 0.95)),
  };
}

function inFlightOf(channelId: string, { inFlight }: StoredHealth) {
  return inFlight.filter((one) => one.channelId === channelId);
}

const rounded = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
