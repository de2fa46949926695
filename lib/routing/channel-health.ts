import type { ChannelEntry } from "#lib/snapshot/entries";
import { type Breaker, close, closedBreaker } from "./breaker.ts";
import { type RateWindow, rateWindow } from "./rate-window.ts";

/** How one model does on one channel. */
export type ModelHealth = {
  breaker: Breaker;
  /** Moving averages in ms of a stream's first event and of a whole answer; undefined before there is one. */
  firstTokenMs: number | undefined;
  wholeMs: number | undefined;
  /** Since the counts were last taken. */
  attempts: number;
  failures: number;
  firstTokens: number[];
};

/** A rate limit that upstream has set: not asked until then. Times are ms epoch on the database's clock. */
export type Cooling = {
  /** Since the first rate limit in a row. */
  sinceMs: number;
  untilMs: number;
  /** Rate limits without an answer between them: where upstream names no time, each makes the next wait longer. */
  inRow: number;
  changedAtMs: number;
};

/** How one credential does: out, or cooling for a model that it was rate limited on. */
export type CredentialHealth = { breaker: Breaker; cooling: Map<string, Cooling> };

export type ChannelHealth = {
  entry: ChannelEntry;
  breaker: Breaker;
  models: Map<string, ModelHealth>;
  credentials: Map<string, CredentialHealth>;
  inFlight: number;
  rate: RateWindow | undefined;
};

/** Of a channel of which nothing is known yet: it is asked. */
export function newChannelHealth(entry: ChannelEntry, nowMs: number): ChannelHealth {
  return {
    entry,
    breaker: closedBreaker(nowMs),
    models: new Map(),
    credentials: new Map(),
    inFlight: 0,
    rate: undefined,
  };
}

/** What is known of a model on a channel, from the first question on. */
export function modelHealth(channel: ChannelHealth, model: string, nowMs: number): ModelHealth {
  const known = channel.models.get(model);
  if (known !== undefined) return known;
  const made = {
    breaker: closedBreaker(nowMs),
    firstTokenMs: undefined,
    wholeMs: undefined,
    attempts: 0,
    failures: 0,
    firstTokens: [],
  };
  channel.models.set(model, made);
  return made;
}

/** What is known of a credential of a channel, from the first question on. */
export function credentialHealth(channel: ChannelHealth, id: string, nowMs: number): CredentialHealth {
  const known = channel.credentials.get(id);
  if (known !== undefined) return known;
  const made = { breaker: closedBreaker(nowMs), cooling: new Map() };
  channel.credentials.set(id, made);
  return made;
}

/** The breaker of a subject: "" the channel, "model:…", "credential:…". */
export function breakerOf(channel: ChannelHealth, subject: string, nowMs: number): Breaker {
  if (subject.startsWith("model:")) return modelHealth(channel, subject.slice(6), nowMs).breaker;
  if (subject.startsWith("credential:")) return credentialHealth(channel, subject.slice(11), nowMs).breaker;
  return channel.breaker;
}

/** Every breaker of a channel with its subject. */
export function breakersOf(channel: ChannelHealth): [subject: string, breaker: Breaker][] {
  return [
    ["", channel.breaker],
    ...[...channel.models].map(([model, { breaker }]): [string, Breaker] => [`model:${model}`, breaker]),
    ...[...channel.credentials].map(([id, { breaker }]): [string, Breaker] => [`credential:${id}`, breaker]),
  ];
}

/**
 * The channel's configuration has changed. What was learnt about another address, credential or upstream model says
 * nothing about this one; so does an operator's switching it on. Returns what is well again thereby.
 */
export function adoptEntry(channel: ChannelHealth, entry: ChannelEntry, nowMs: number): Healed {
  const { entry: before } = channel;
  channel.entry = entry;
  if (before.caps.rpm !== entry.caps.rpm) channel.rate = undefined;
  const known = new Set(entry.credentials.map(({ id }) => id));
  for (const id of channel.credentials.keys()) if (!known.has(id)) channel.credentials.delete(id);
  const isOther =
    before.baseUrl !== entry.baseUrl ||
    (before.status === "disabled" && entry.status === "active") ||
    before.credentials.map(({ id }) => id).join() !== entry.credentials.map(({ id }) => id).join();
  const subjects: string[] = [];
  for (const [subject, breaker] of breakersOf(channel)) {
    const model = subject.startsWith("model:") ? subject.slice(6) : undefined;
    const isRenamed = model !== undefined && before.models.get(model) !== entry.models.get(model);
    if ((!isOther && !isRenamed) || breaker.state === "closed") continue;
    close(breaker, nowMs);
    breaker.trips = 0;
    subjects.push(subject);
  }
  return { subjects, cooled: isOther ? endCooling(channel, nowMs) : [] };
}

/** Breakers by their subjects, and the rate limits that no longer hold. */
export type Healed = {
  subjects: string[];
  cooled: { credentialId: string; model: string; cooling: Cooling }[];
};

function endCooling({ credentials }: ChannelHealth, nowMs: number): Healed["cooled"] {
  const ended: Healed["cooled"] = [];
  for (const [credentialId, health] of credentials) {
    for (const [model, cooling] of health.cooling) {
      if (cooling.untilMs <= nowMs) continue;
      const changedAtMs = Math.max(nowMs, cooling.changedAtMs + 1);
      ended.push({ credentialId, model, cooling: { ...cooling, untilMs: nowMs, changedAtMs } });
    }
    health.cooling.clear();
  }
  return ended;
}

/** The channel's rate window for a cap that `nodes` nodes share. */
export function rateOfChannel(channel: ChannelHealth, perMinute: number, nodes: number): RateWindow {
  const share = Math.max(1, Math.floor(perMinute / nodes));
  if (channel.rate?.perMinute !== share) channel.rate = rateWindow(share);
  return channel.rate;
}
