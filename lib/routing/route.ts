import type { PassedOver } from "#lib/logs/row";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import type { ChannelHealth } from "./channel-health.ts";
import { type Asked, type Look, lookAt, MOST_TOLD, serves, unserved } from "./eligible.ts";
import type { Health } from "./health.ts";
import { drawByKey, drawByWeight, type RoutingOptions, weightsOf } from "./weights.ts";

/** What routing needs to know of a call. */
export type CallTraits = {
  model: string;
  groupId: string;
  accountId: string;
  stream: boolean;
  cacheKey: string | undefined;
};

/** One word on why this channel; docs/channels.md explains each. */
export type ChoiceReason =
  | "only"
  | "weight"
  | "latency"
  | "cost"
  | "sticky"
  | "probe"
  | "slow"
  | "waited"
  | "other_credential"
  | "larger_context";

export type Choice = {
  channel: ChannelEntry;
  credential: CredentialEntry;
  credentialIndex: number;
  reason: ChoiceReason;
  /** Better channels that were not taken, and why; empty when there were none. */
  passedOver: PassedOver[];
  /** No other candidate is left should this one fail. */
  isLast: boolean;
};

/** Why there is no (further) candidate. */
export type Dead = {
  /** unserved: no channel takes such calls; full: all are at their caps; out: all are failing. */
  why: "unserved" | "full" | "out";
  /** out: the last fault of the first of them. */
  errorClass: string | null;
  /** When the first of those that are rate limited may be asked again; undefined: none is. */
  coolUntilMs: number | undefined;
};

type Parts = {
  channels: readonly ChannelEntry[];
  call: CallTraits;
  options: RoutingOptions;
  health: Health;
  random(): number;
  /** Tokens that a channel takes for this model at most; null: unknown. */
  windowOf(channel: ChannelEntry): number | null;
};

const MOST_PASSED_OVER = 8;

// One call is routed at a time and without a pause, so that these serve all calls.
const look: Look = { standing: "free", credential: undefined, errorClass: null, untilMs: 0 };
const candidates: Candidate[] = [];

type Candidate = {
  channel: ChannelEntry;
  credential: CredentialEntry;
  speedMs: number | undefined;
  isProbe: boolean;
};

/**
 * The channels that a call may go to, one after the other: the highest priority first and all of it before the next,
 * within one priority by weight; never one that has failed in this call, is out, full, or rate limited. `channels` come
 * ordered by priority.
 */
export class Route {
  private readonly parts: Parts;
  private readonly triedChannels: string[] = [];
  private triedCredentials: string[] = [];
  private limitedCredentials: string[] = [];
  private readonly fullChannels: string[] = [];
  private windowOver: number | undefined;
  private preferred: string | undefined;
  private hasWaited = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** The next channel to try; undefined when none is left (`dead` says why). */
  next(): Choice | undefined {
    return this.choose(false) ?? this.choose(true);
  }

  /** This channel has failed: it is not asked again. */
  exclude(channel: ChannelEntry): void {
    this.triedChannels.push(channel.id);
  }

  /** Of this channel's credentials no other is asked: what the call is about is known to this one alone. */
  only(channel: ChannelEntry, credential: CredentialEntry): void {
    for (const { id } of channel.credentials) if (id !== credential.id) this.triedCredentials.push(id);
  }

  /** This channel is at a limit of its own: it is not asked, and has not failed. */
  passOver(channel: ChannelEntry): void {
    this.fullChannels.push(channel.id);
  }

  /** Only this credential has failed; another one of the channel is asked first. */
  excludeCredential(channel: ChannelEntry, credential: CredentialEntry): void {
    this.triedCredentials.push(credential.id);
    this.preferred = channel.id;
  }

  /** This credential was rate limited: not before the call has waited. */
  limitCredential(channel: ChannelEntry, credential: CredentialEntry): void {
    this.limitedCredentials.push(credential.id);
    this.excludeCredential(channel, credential);
  }

  /** The prompt is too long for this channel: only those that take more are asked from now on. */
  needMoreThan(channel: ChannelEntry): void {
    this.windowOver = this.parts.windowOf(channel) ?? Number.POSITIVE_INFINITY;
  }

  /** The call has waited for a rate limit to pass. */
  waited(): void {
    this.hasWaited = true;
    this.triedCredentials = this.withoutLimited();
    this.limitedCredentials = [];
  }

  dead(): Dead {
    const dead: Dead = { why: "unserved", errorClass: null, coolUntilMs: undefined };
    const asked = { ...this.asked(), tried: this.withoutLimited() };
    for (const channel of this.parts.channels) {
      if (!this.mayTake(channel)) continue;
      this.look(channel, asked);
      if (look.standing === "full") {
        if (dead.why === "unserved") dead.why = "full";
        continue;
      }
      if (look.standing === "cooling") {
        dead.coolUntilMs = Math.min(dead.coolUntilMs ?? Number.POSITIVE_INFINITY, look.untilMs);
      }
      if (dead.why !== "out") dead.errorClass = look.errorClass;
      dead.why = "out";
    }
    return dead;
  }

  /** Every channel of the model but those that were asked, and why it could not be: for the row of a call that failed. */
  notAsked(asked: ReadonlySet<string>): PassedOver[] {
    const { channels, call } = this.parts;
    const others = channels.filter(({ id }) => !asked.has(id));
    const notServing = unserved(others, call.groupId, call.accountId);
    const serving = others.filter((channel) => serves(channel, call.groupId, call.accountId));
    const found = serving.slice(0, MOST_TOLD).flatMap((channel): PassedOver[] => {
      if (this.isTooSmall(channel)) return [{ channelId: channel.id, why: "smaller_window" }];
      this.look(channel, this.asked());
      const { standing, untilMs } = look;
      if (standing === "free" || standing === "probe") return [];
      return [{ channelId: channel.id, why: wordOf(look), ...(untilMs > 0 ? { retryAtMs: untilMs } : {}) }];
    });
    return [...found, ...notServing].slice(0, MOST_TOLD);
  }

  /** `takeSlow`: nothing better is left. */
  private choose(takeSlow: boolean): Choice | undefined {
    const { channels } = this.parts;
    const asked = this.asked();
    candidates.length = 0;
    let tier = Number.NEGATIVE_INFINITY;
    let others = 0;
    let shut = 0;
    for (const channel of channels) {
      if (!this.mayTake(channel)) continue;
      const state = this.look(channel, asked);
      const { standing, credential } = look;
      const isOpen = standing === "free" || standing === "probe" || (takeSlow && standing === "slow");
      if (!isOpen || credential === undefined) {
        if (standing === "slow") others += 1;
        if (candidates.length === 0 || channel.priority === tier) shut += 1;
        continue;
      }
      if (candidates.length === 0) tier = channel.priority;
      if (channel.priority !== tier) others += 1;
      else
        candidates.push({
          channel,
          credential,
          speedMs: this.speedOf(state),
          isProbe: standing === "probe",
        });
    }
    if (candidates.length === 0) return undefined;
    const { at, reason } = this.draw();
    const chosen = candidates[at];
    if (chosen === undefined) return undefined;
    const { channel, credential, isProbe } = chosen;
    return {
      channel,
      credential,
      credentialIndex: channel.credentials.indexOf(credential),
      reason: takeSlow ? "slow" : isProbe ? "probe" : this.hasWaited ? "waited" : reason,
      isLast: candidates.length + others === 1 && !this.hasOtherCredential(channel, credential),
      passedOver: shut === 0 ? NONE : this.passedOver(channel, asked),
    };
  }

  /** Judges a channel, into `look`. */
  private look(channel: ChannelEntry, asked: Asked): ChannelHealth {
    const state = this.parts.health.of(channel);
    lookAt(state, asked, look);
    const isOpen = look.standing !== "out" && look.standing !== "cooling";
    if (this.fullChannels.length > 0 && isOpen && this.fullChannels.includes(channel.id))
      look.standing = "full";
    return state;
  }

  private draw(): { at: number; reason: ChoiceReason } {
    const preferred = candidates.findIndex(({ channel }) => channel.id === this.preferred);
    if (preferred >= 0) return { at: preferred, reason: "other_credential" };
    const { call, options, random } = this.parts;
    const found = this.windowOver === undefined ? undefined : "larger_context";
    if (candidates.length === 1) return { at: 0, reason: found ?? "only" };
    const weights = weightsOf(candidates, options);
    if (options.sticky && call.cacheKey !== undefined) {
      const ids = candidates.map(({ channel }) => channel.id);
      return { at: drawByKey(ids, weights, call.cacheKey), reason: found ?? "sticky" };
    }
    const reason = options.latencyAware ? "latency" : options.costAware ? "cost" : "weight";
    return { at: drawByWeight(weights, random()), reason: found ?? reason };
  }

  private mayTake(channel: ChannelEntry): boolean {
    const { groupId, accountId } = this.parts.call;
    if (!serves(channel, groupId, accountId)) return false;
    if (this.triedChannels.length > 0 && this.triedChannels.includes(channel.id)) return false;
    return !this.isTooSmall(channel);
  }

  private isTooSmall(channel: ChannelEntry): boolean {
    return this.windowOver !== undefined && (this.parts.windowOf(channel) ?? 0) <= this.windowOver;
  }

  private withoutLimited(): string[] {
    return this.triedCredentials.filter((id) => !this.limitedCredentials.includes(id));
  }

  private hasOtherCredential(channel: ChannelEntry, taken: CredentialEntry): boolean {
    return channel.credentials.some(({ id }) => id !== taken.id && !this.triedCredentials.includes(id));
  }

  private asked(): Asked {
    const { call, health, random } = this.parts;
    return {
      model: call.model,
      nowMs: health.now(),
      nodes: health.nodes(),
      chance: random(),
      tried: this.triedCredentials,
      mayHang: call.stream,
    };
  }

  private speedOf({ models }: ChannelHealth): number | undefined {
    if (!this.parts.options.latencyAware) return undefined;
    const known = models.get(this.parts.call.model);
    return this.parts.call.stream ? known?.firstTokenMs : known?.wholeMs;
  }

  /** What stood before the chosen one, or beside it, and could not be taken. */
  private passedOver(chosen: ChannelEntry, asked: Asked): PassedOver[] {
    const found: PassedOver[] = [];
    for (const channel of this.parts.channels) {
      if (channel.priority < chosen.priority || found.length === MOST_PASSED_OVER) break;
      if (channel === chosen || !this.mayTake(channel)) continue;
      this.look(channel, asked);
      const { standing } = look;
      if (standing === "free" || standing === "probe") continue;
      found.push({ channelId: channel.id, why: wordOf(look) });
    }
    return found;
  }
}

const NONE: PassedOver[] = [];

/** Why a channel could not be taken: the class of its last fault, or how it stands. */
function wordOf({ standing, errorClass }: Look): string {
  return standing === "out" && errorClass !== null ? errorClass : standing;
}
