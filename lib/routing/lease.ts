import { type Breaker, type HeldProbe, holdProbe, releaseProbe } from "./breaker.ts";
import { breakerOf, type ChannelHealth, modelHealth, rateOfChannel } from "./channel-health.ts";
import { type RateWindow, takeRoom } from "./rate-window.ts";

/** What an attempt goes through. */
type Through = { channel: ChannelHealth; model: string; credentialId: string; isRehearsal: boolean };

/** An attempt's place on a channel: of its caps, and for which breakers it is the probe. */
export type Lease = Through & {
  probes: { channel: boolean; model: boolean; credential: boolean };
  /** The probes' places, until the attempt starts. */
  held: readonly HeldProbe[];
  /** Where it holds a place of the channel's own rate until it starts. */
  rate: RateWindow | undefined;
  isOver: boolean;
};

export const NO_PROBES: Lease["probes"] = { channel: false, model: false, credential: false };
const NONE_HELD: readonly HeldProbe[] = [];

/** Takes a place on a channel that `nodes` nodes share: of its caps, and where it is out the one probe's. */
export function takeLease(through: Through, atMs: number, nodes: number): Lease {
  const { channel, model, credentialId, isRehearsal } = through;
  const { rpm } = channel.entry.caps;
  channel.inFlight += 1;
  const lease: Lease = {
    channel,
    model,
    credentialId,
    isRehearsal,
    probes: NO_PROBES,
    held: NONE_HELD,
    rate: undefined,
    isOver: false,
  };
  if (rpm !== undefined) {
    lease.rate = rateOfChannel(channel, rpm, nodes);
    lease.rate.held += 1;
  }
  const credential = channel.credentials.get(credentialId);
  const probes = {
    channel: channel.breaker.state !== "closed",
    model: modelHealth(channel, model, atMs).breaker.state !== "closed",
    credential: credential !== undefined && credential.breaker.state !== "closed",
  };
  if (probes.channel || probes.model || probes.credential) {
    lease.probes = probes;
    lease.held = probedBy(lease, atMs).map(([, breaker]) => holdProbe(breaker, atMs));
  }
  return lease;
}

/** The attempt starts: it counts against the channel's rate from now on. */
export function startLease({ rate }: Lease, nowMs: number): void {
  if (rate === undefined) return;
  rate.held -= 1;
  takeRoom(rate, nowMs);
}

/** The attempt is not made, for a reason that says nothing of the channel: as if it had never been chosen. */
export function giveBackLease(lease: Lease): void {
  if (lease.isOver) return;
  lease.isOver = true;
  lease.channel.inFlight -= 1;
  if (lease.rate !== undefined) lease.rate.held -= 1;
  for (const held of lease.held) releaseProbe(held);
}

/** The breakers that an attempt is the probe for, each with its subject. */
export function probedBy(
  { channel, model, credentialId, probes }: Lease,
  nowMs: number,
): [subject: string, breaker: Breaker][] {
  if (probes === NO_PROBES) return [];
  const subjects: string[] = [];
  if (probes.channel) subjects.push("");
  if (probes.model) subjects.push(`model:${model}`);
  if (probes.credential) subjects.push(`credential:${credentialId}`);
  return subjects.map((subject) => [subject, breakerOf(channel, subject, nowMs)]);
}
