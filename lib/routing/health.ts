import { bucketOf, emptyHistogram } from "#lib/logs/histogram";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { awaitCall, type Breaker, beginProbe, dropProbe, fail, postponeProbe, succeed } from "./breaker.ts";
import {
  adoptEntry,
  breakerOf,
  type ChannelHealth,
  type Cooling,
  credentialHealth,
  modelHealth,
  newChannelHealth,
} from "./channel-health.ts";
import { type Lease, NO_PROBES, probedBy, startLease, takeLease } from "./lease.ts";

/** What a fault does to the state of things; lib/gateway/faults.ts gives each class its own. */
export type FaultEffect = {
  errorClass: string;
  /** What is at fault; null: nobody but the request. */
  scope: "channel" | "model" | "credential" | null;
  /** count: five in a row open; open: at once; cool: passed over until Retry-After. */
  effect: "count" | "open" | "cool";
  retryAfterMs: number;
};

/**
 * How an attempt ended. `alive`: upstream answered, whatever it thought of the request; `answers`: it was not asked for
 * the model, and said what it was asked for; `unknown`: nothing was learnt.
 */
export type Outcome =
  | { kind: "good"; firstTokenMs: number | null; wholeMs: number | null; slowAfterMs: number }
  | { kind: "fault"; fault: FaultEffect }
  | { kind: "alive" }
  | { kind: "answers" }
  | { kind: "unknown" };

type Parts = {
  /** Database-corrected wall clock, ms. */
  now(): number;
  random(): number;
  /** A breaker's state has changed on this node: other nodes want to know. */
  changed(channelId: string, subject: string, breaker: Breaker): void;
  /** A rate limit was met on this node, or no longer holds. */
  cooled(channelId: string, credentialId: string, model: string, cooling: Cooling): void;
  /** How many nodes share the caps. */
  nodes(): number;
};

/** What a node knows of its channels' state. */
export type Health = ReturnType<typeof createHealth>;

const MOST_COOLING_MS = 60_000;
const FIRST_COOLING_MS = 2_000;
const AVERAGE_OVER = 8;

/** What attempts have taught of channels, models and credentials: who may be asked now, and what an outcome changes. */
export function createHealth({ now, random, changed, cooled, nodes }: Parts) {
  const channels = new Map<string, ChannelHealth>();

  function of(entry: ChannelEntry): ChannelHealth {
    const known = channels.get(entry.id);
    if (known !== undefined) {
      if (known.entry !== entry) {
        const healed = adoptEntry(known, entry, now());
        for (const subject of healed.subjects) tell(known, subject);
        for (const one of healed.cooled) cooled(entry.id, one.credentialId, one.model, one.cooling);
      }
      return known;
    }
    const made = newChannelHealth(entry, now());
    channels.set(entry.id, made);
    return made;
  }

  function tell(channel: ChannelHealth, subject: string): void {
    changed(channel.entry.id, subject, breakerOf(channel, subject, now()));
  }

  /**
   * Takes a place on the channel, to be called in the step that chose it; then comes `start` and one `finish`, or
   * `giveBackLease`. Nothing is learnt from a rehearsal.
   */
  function claim(entry: ChannelEntry, model: string, credentialId: string, isRehearsal = false): Lease {
    return takeLease({ channel: of(entry), model, credentialId, isRehearsal }, now(), nodes());
  }

  /** The attempt begins: other nodes hear whom it probes for. */
  function start(lease: Lease): void {
    const { channel, model, isRehearsal } = lease;
    startLease(lease, now());
    if (!isRehearsal) modelHealth(channel, model, now()).attempts += 1;
    if (lease.probes === NO_PROBES) return;
    for (const [subject, breaker] of probedBy(lease, now())) {
      // It may have been found well while the call was looking for room.
      if (breaker.state === "closed") continue;
      beginProbe(breaker, now());
      tell(channel, subject);
    }
  }

  /** For an attempt that has nothing to wait for. */
  function begin(entry: ChannelEntry, model: string, credentialId: string, isRehearsal = false): Lease {
    const lease = claim(entry, model, credentialId, isRehearsal);
    start(lease);
    return lease;
  }

  function forProbes(lease: Lease, act: (breaker: Breaker, subject: string) => void): void {
    for (const [subject, breaker] of probedBy(lease, now())) {
      act(breaker, subject);
      tell(lease.channel, subject);
    }
  }

  /** A stream's first event came: what waited for this probe need not wait for the stream's end. */
  function spoke(lease: Lease, firstTokenMs: number, slowAfterMs: number): void {
    if (lease.isRehearsal) return;
    const served = modelHealth(lease.channel, lease.model, now());
    served.firstTokenMs = average(served.firstTokenMs, firstTokenMs);
    if (served.firstTokens.length === 0) served.firstTokens = emptyHistogram();
    const bucket = bucketOf(firstTokenMs);
    served.firstTokens[bucket] = (served.firstTokens[bucket] ?? 0) + 1;
    if (lease.probes !== NO_PROBES) {
      passed(lease, firstTokenMs > slowAfterMs);
      lease.probes = NO_PROBES;
    }
  }

  function finish(lease: Lease, outcome: Outcome): void {
    if (lease.isOver) return;
    lease.isOver = true;
    const { channel } = lease;
    channel.inFlight -= 1;
    if (outcome.kind === "unknown" || lease.isRehearsal)
      forProbes(lease, (breaker) => dropProbe(breaker, now()));
    else if (outcome.kind === "fault") failed(lease, outcome.fault);
    else if (outcome.kind === "alive") passed(lease, false);
    else if (outcome.kind === "answers") answered(lease);
    else went(lease, outcome);
  }

  function went(lease: Lease, outcome: Outcome & { kind: "good" }): void {
    const { channel } = lease;
    const served = modelHealth(channel, lease.model, now());
    if (outcome.wholeMs !== null) served.wholeMs = average(served.wholeMs, outcome.wholeMs);
    const credential = channel.credentials.get(lease.credentialId);
    // What was asked before the rate limit may answer after it: that ends nothing.
    const cooling = credential?.cooling.get(lease.model);
    if (cooling !== undefined && cooling.untilMs <= now()) credential?.cooling.delete(lease.model);
    passed(lease, outcome.firstTokenMs !== null && outcome.firstTokenMs > outcome.slowAfterMs);
  }

  function passed(lease: Lease, wasSlow: boolean): void {
    const { channel, probes, model, credentialId } = lease;
    const at = now();
    const served = modelHealth(channel, model, at);
    if (succeed(served.breaker, at, wasSlow, probes.model)) tell(channel, `model:${model}`);
    if (succeed(channel.breaker, at, false, probes.channel)) tell(channel, "");
    const credential = channel.credentials.get(credentialId);
    if (credential !== undefined && succeed(credential.breaker, at, false, probes.credential)) {
      tell(channel, `credential:${credentialId}`);
    }
  }

  /** The address is well, and so is a credential that had been refused; of money and of the model this says nothing. */
  function answered(lease: Lease): void {
    const at = now();
    forProbes(lease, (breaker, subject) => {
      const isShown = subject === "" || breaker.lastErrorClass === "bad_credential";
      if (isShown) succeed(breaker, at, false, true);
      else awaitCall(breaker, at);
    });
  }

  function failed(lease: Lease, fault: FaultEffect): void {
    const { channel, probes, model, credentialId } = lease;
    const at = now();
    const served = modelHealth(channel, model, at);
    served.failures += 1;
    if (fault.effect === "cool") {
      const untilMs = cool(channel, credentialId, model, fault.retryAfterMs, at);
      // It answered: what it probed for is not what it failed for. Asked again before, it would only say the same.
      forProbes(lease, (breaker) => postponeProbe(breaker, at, untilMs - at, random()));
      return;
    }
    const failure = {
      errorClass: fault.errorClass,
      isFinal: fault.effect === "open",
      retryAfterMs: fault.retryAfterMs,
    };
    const count = (subject: string, wasProbe: boolean) => {
      const breaker = breakerOf(channel, subject, at);
      if (fail(breaker, at, { ...failure, wasProbe }, random())) tell(channel, subject);
    };
    // A probe that failed keeps everything shut that it was sent for.
    if (fault.scope === "channel" || probes.channel) count("", probes.channel);
    if (fault.scope === "model" || probes.model) count(`model:${model}`, probes.model);
    if (fault.scope === "credential" || probes.credential) {
      credentialHealth(channel, credentialId, at);
      count(`credential:${credentialId}`, probes.credential);
    }
  }

  /** Rate limited: as long as upstream says, at most a minute; where it says nothing, longer each time. Until when. */
  function cool(
    channel: ChannelHealth,
    credentialId: string,
    model: string,
    retryAfterMs: number,
    at: number,
  ): number {
    const { cooling } = credentialHealth(channel, credentialId, at);
    const before = cooling.get(model);
    const inRow = (before?.inRow ?? 0) + 1;
    const ms = retryAfterMs > 0 ? retryAfterMs : FIRST_COOLING_MS * 2 ** Math.min(inRow - 1, 5);
    const known = {
      sinceMs: before?.sinceMs ?? at,
      untilMs: at + Math.min(MOST_COOLING_MS, ms),
      inRow,
      changedAtMs: Math.max(at, (before?.changedAtMs ?? 0) + 1),
    };
    cooling.set(model, known);
    cooled(channel.entry.id, credentialId, model, known);
    return known.untilMs;
  }

  return {
    of,
    claim,
    start,
    begin,
    spoke,
    finish,
    now,
    nodes,
    all: (): IterableIterator<ChannelHealth> => channels.values(),
    forget: (channelId: string) => channels.delete(channelId),
    /** What another node saw; the newer word counts. */
    hear(entry: ChannelEntry, subject: string, heard: HeardBreaker): void {
      const breaker = breakerOf(of(entry), subject, now());
      if (heard.changedAtMs <= breaker.changedAtMs) return;
      // What broke again or is well since is known anew; that it answers is no news that nodes share.
      if (heard.state === "closed" || heard.trips !== breaker.trips) breaker.answersSinceMs = 0;
      Object.assign(breaker, heard);
      if (heard.state === "closed") breaker.failuresInRow = 0;
    },
    /** A rate limit that another node met. */
    hearCooling(entry: ChannelEntry, credentialId: string, model: string, heard: Cooling): void {
      const { cooling } = credentialHealth(of(entry), credentialId, now());
      if (heard.changedAtMs <= (cooling.get(model)?.changedAtMs ?? 0)) return;
      if (heard.untilMs > now()) cooling.set(model, heard);
      else cooling.delete(model);
    },
  };
}

export type HeardBreaker = Pick<
  Breaker,
  "state" | "reason" | "lastErrorClass" | "sinceMs" | "changedAtMs" | "nextProbeAtMs" | "trips"
>;

function average(known: number | undefined, ms: number): number {
  return known === undefined ? ms : known + (ms - known) / AVERAGE_OVER;
}
