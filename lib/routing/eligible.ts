import type { PassedOver } from "#lib/logs/row";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import { type Breaker, hangs, passage } from "./breaker.ts";
import { type ChannelHealth, rateOfChannel } from "./channel-health.ts";
import { hasRoom } from "./rate-window.ts";

/** A row that says why no channel took its call names so many. */
export const MOST_TOLD = 20;

/** Whether a channel takes calls of this group and account at all. */
export function serves(channel: ChannelEntry, groupId: string, accountId: string): boolean {
  return whyUnserved(channel, groupId, accountId) === undefined;
}

/** Why a channel takes no calls of this group and account, in one word; undefined: it does. */
function whyUnserved(channel: ChannelEntry, groupId: string, accountId: string): string | undefined {
  if (channel.status !== "active") return channel.status;
  if (channel.groups !== null && !channel.groups.has(groupId)) return "other_group";
  return channel.accounts === null || channel.accounts.has(accountId) ? undefined : "other_account";
}

/** The channels that do not take calls of this group and account, each with its word. */
export function unserved(
  channels: readonly ChannelEntry[],
  groupId: string,
  accountId: string,
): PassedOver[] {
  return channels.slice(0, MOST_TOLD).flatMap((channel) => {
    const why = whyUnserved(channel, groupId, accountId);
    return why === undefined ? [] : [{ channelId: channel.id, why }];
  });
}

/** How ready a channel is to take a call now. `slow`: only if nothing better is left. */
export type Standing = "free" | "probe" | "slow" | "out" | "full" | "cooling";

/** A look at one channel, written into one object over and over: this runs for every channel of every call. */
export type Look = {
  standing: Standing;
  credential: CredentialEntry | undefined;
  /** Why it is out: the class of the last fault. */
  errorClass: string | null;
  /** Cooling: until when. Out, slow: when it is probed. 0: not known. */
  untilMs: number;
};

export type Asked = {
  model: string;
  nowMs: number;
  nodes: number;
  /** Where to begin among several credentials, in [0, 1). */
  chance: number;
  /** Credentials that have failed in this call. */
  tried: readonly string[];
  /** Whether a call that may be held up for long can be spared: a probe of what hangs. */
  mayHang: boolean;
};

/** Judges channel, model, credential and caps; the worst of them counts. */
export function lookAt(channel: ChannelHealth, asked: Asked, look: Look): void {
  look.standing = "free";
  look.errorClass = null;
  look.credential = undefined;
  look.untilMs = 0;
  weigh(channel.breaker, asked, look);
  const model = channel.models.get(asked.model);
  if (model !== undefined) weigh(model.breaker, asked, look);
  if (isOut(look)) return;
  if (isFull(channel, asked)) {
    look.standing = "full";
    return;
  }
  pickCredential(channel, asked, look);
}

const isOut = ({ standing }: Look) => standing === "out";

function weigh(breaker: Breaker, { nowMs, mayHang }: Asked, look: Look): void {
  if (breaker.state === "closed") return;
  const may = passage(breaker, nowMs);
  if (may === "probe" && (mayHang || breaker.answersSinceMs > 0 || !hangs(breaker.lastErrorClass))) {
    if (look.standing === "free") look.standing = "probe";
    return;
  }
  if (breaker.nextProbeAtMs > look.untilMs) look.untilMs = breaker.nextProbeAtMs;
  if (breaker.reason === "slow_first_token") {
    if (look.standing !== "out") look.standing = "slow";
    return;
  }
  look.standing = "out";
  look.errorClass = breaker.lastErrorClass ?? breaker.reason;
}

function isFull(channel: ChannelHealth, { nowMs, nodes }: Asked): boolean {
  const { concurrency, rpm } = channel.entry.caps;
  if (concurrency !== undefined && channel.inFlight >= Math.max(1, Math.floor(concurrency / nodes)))
    return true;
  return rpm !== undefined && !hasRoom(rateOfChannel(channel, rpm, nodes), nowMs);
}

/** The first credential that is well, from a random one on; else one that is due for a probe. */
function pickCredential(channel: ChannelHealth, asked: Asked, look: Look): void {
  const { credentials } = channel.entry;
  const { model, nowMs, tried, chance } = asked;
  const count = credentials.length;
  const from = count > 1 ? Math.floor(chance * count) : 0;
  let probe: CredentialEntry | undefined;
  let probeAtMs = Number.POSITIVE_INFINITY;
  let coolUntilMs = Number.POSITIVE_INFINITY;
  for (let step = 0; step < count; step += 1) {
    const credential = credentials[(from + step) % count];
    if (credential === undefined || (tried.length > 0 && tried.includes(credential.id))) continue;
    const health = channel.credentials.get(credential.id);
    if (health === undefined) {
      look.credential = credential;
      return;
    }
    const coolMs = health.cooling.get(model)?.untilMs ?? 0;
    const may = passage(health.breaker, nowMs);
    if (may === "shut") {
      look.errorClass ??= health.breaker.lastErrorClass;
      probeAtMs = Math.min(probeAtMs, health.breaker.nextProbeAtMs);
    } else if (coolMs > nowMs) coolUntilMs = Math.min(coolUntilMs, coolMs);
    else if (may === "probe") probe ??= credential;
    else {
      look.credential = credential;
      return;
    }
  }
  if (probe !== undefined) {
    look.credential = probe;
    if (look.standing === "free") look.standing = "probe";
  } else if (coolUntilMs < Number.POSITIVE_INFINITY) {
    look.standing = "cooling";
    look.untilMs = coolUntilMs;
    look.errorClass = "rate_limited";
  } else {
    look.standing = "out";
    if (probeAtMs < Number.POSITIVE_INFINITY) look.untilMs = probeAtMs;
  }
}
