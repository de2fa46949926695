import { formatUsd } from "#lib/core/money";
import { percentile } from "#lib/logs/histogram";
import { credentialId, noCredential } from "./credential-id.ts";
import type { ChannelHealthAnswer, ChannelLive } from "./health-schema.ts";
import type { AttemptsRow, ChannelMoney, CoolingRow, HealthRow, StoredHealth } from "./health-store.ts";
import { type StoredChannel, sealedCredentials, statusOf } from "./view.ts";

type Part = ChannelHealthAnswer["channel"];

/** A channel's state in one word, and what it goes by. */
export function liveOf(row: StoredChannel, health: StoredHealth): ChannelLive {
  const parts = partsOf(row, health);
  const state = stateOf(row, parts);
  const limits = health.cooling.filter(({ channelId }) => channelId === row.id);
  const worst = worstOf(state, parts) ?? limitedPart(parts.channel, limits);
  const attempts = health.attempts.filter(({ channelId }) => channelId === row.id);
  return {
    state,
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
  credentials: ChannelHealthAnswer["credentials"];
};

function partsOf(row: StoredChannel, { breakers, cooling }: StoredHealth): Parts {
  const bySubject = new Map(
    breakers.filter(({ channelId }) => channelId === row.id).map((one) => [one.subject, one]),
  );
  const limits = cooling.filter(({ channelId }) => channelId === row.id);
  const credentials = sealedCredentials(row).map((bytes, index) => {
    const id = credentialId(bytes);
    const own = limits.filter((limit) => limit.credentialId === id);
    const rateLimited = own.map(({ model, until }) => ({ model, until: until.toISOString() }));
    return { id, index, ...partOf(bySubject.get(`credential:${id}`)), rateLimited };
  });
  const wellOnes = credentials.filter(({ state }) => state === "closed").map(({ id }) => id);
  const usable = credentials.length === 0 ? [noCredential(row.id)] : wellOnes;
  const channel = partOf(bySubject.get(""));
  const shutFor =
    channel.state === "closed" ? (usable.length === 0 ? soonest(credentials) : undefined) : channel;
  const models = row.models.map(({ model }) => {
    const part = partOf(bySubject.get(`model:${model}`));
    if (shutFor !== undefined && part.state === "closed") return { model, ...stateOnly(shutFor) };
    const own = limits.filter((limit) => limit.model === model && usable.includes(limit.credentialId));
    const isLimited = part.state === "closed" && usable.length > 0 && own.length === usable.length;
    return { model, ...(isLimited ? limitedPart(part, own) : part) };
  });
  return {
    channel,
    models,
    credentials: credentials.map((part) => limitedCredential(part, row, limits)),
  };
}

/** Of credentials that are all out the one that is asked first. */
function soonest(credentials: Parts["credentials"]): Part | undefined {
  return [...credentials].sort((left, right) =>
    (left.nextProbeAt ?? "").localeCompare(right.nextProbeAt ?? ""),
  )[0];
}

const stateOnly = ({ state, since, reason, lastErrorClass, nextProbeAt }: Part): Part => ({
  state,
  since,
  reason,
  lastErrorClass,
  nextProbeAt,
});

/** Rate limited until the first of these limits ends. */
function limitedPart(part: Part, limits: readonly CoolingRow[]): Part {
  const [first] = [...limits].sort((left, right) => left.until.getTime() - right.until.getTime());
  if (first === undefined || part.state !== "closed") return part;
  return {
    state: "rate_limited",
    since: first.since.toISOString(),
    reason: "rate_limited",
    lastErrorClass: part.lastErrorClass ?? "rate_limited",
    nextProbeAt: first.until.toISOString(),
  };
}

/** A credential is rate limited as such when it is on every model of the channel. */
function limitedCredential(
  part: Parts["credentials"][number],
  { models }: StoredChannel,
  limits: readonly CoolingRow[],
): Parts["credentials"][number] {
  const own = limits.filter(({ credentialId }) => credentialId === part.id);
  const isLimited = models.length > 0 && models.every(({ model }) => own.some((one) => one.model === model));
  return part.state === "closed" && isLimited ? { ...part, ...limitedPart(part, own) } : part;
}

/** The part that the channel's state comes from; of several the one that has been so longest. */
function worstOf(state: ChannelLive["state"], { channel, models, credentials }: Parts): Part | undefined {
  const all: Part[] = [channel, ...models, ...credentials];
  const fitting = all.filter((part) => part.state === state);
  const shut = fitting.length > 0 ? fitting : all.filter((part) => part.state !== "closed");
  return shut.sort((left, right) => (left.since ?? "").localeCompare(right.since ?? ""))[0];
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
    // While a probe runs nobody waits for a next one.
    nextProbeAt: row.state === "open" && row.nextProbeAt !== null ? row.nextProbeAt.toISOString() : null,
  };
}

function stateOf(row: StoredChannel, { channel, models, credentials }: Parts): ChannelLive["state"] {
  const status = statusOf(row);
  if (status !== "active") return status;
  const isShut = ({ state }: Part) => state !== "closed";
  const all: Part[] = [channel, ...models, ...credentials];
  for (const group of [[channel], credentials, models]) {
    if (group.length === 0 || !group.every(isShut)) continue;
    if (all.some(({ state }) => state === "half_open")) return "half_open";
    return group.some(({ state }) => state === "rate_limited") ? "rate_limited" : "open";
  }
  const isLimited = credentials.some(({ rateLimited }) => rateLimited.length > 0);
  return isLimited || all.some(isShut) ? "degraded" : "healthy";
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
