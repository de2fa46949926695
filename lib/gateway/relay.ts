import type { Attempt, PassedOver } from "#lib/logs/row";
import { noUsage } from "#lib/pricing/usage";
import { giveBackLease, type Lease } from "#lib/routing/lease";
import type { Choice, Route } from "#lib/routing/route";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { Admitted } from "./admit.ts";
import { type Asked, type AttemptDeps, attempt, type UpstreamAnswer } from "./attempt.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Leaving } from "./exchange.ts";
import { type FaultClass, otherPathClasses, silentClasses } from "./fault-table.ts";
import { type Fault, faultOfClass } from "./faults.ts";
import { type Entry, enterChannel, fullRefusal, leave } from "./limit.ts";
import { type AttemptTimeouts, modalityOf, timeoutsOf } from "./timeouts.ts";

const MAX_ATTEMPTS = 8;
/** As long a rate limit is waited for, once per call, where no other channel is left. */
const MAX_WAIT_MS = 10_000;
/** Those who wait for the same moment come a little apart. */
const WAIT_SPREAD_MS = 250;

export type Answered = {
  answer: UpstreamAnswer;
  channel: ChannelEntry;
  upstreamModel: string;
  attempts: Attempt[];
  /** Time that the gateway spent waiting for upstreams, ms. */
  upstreamMs: number;
};
export type Failed = {
  refusal: Refusal;
  attempts: Attempt[];
  upstreamMs: number;
  channel: ChannelEntry | undefined;
  /** Where no further channel could be asked: the others, and why each could not. */
  passedOver?: PassedOver[];
};

/** What of an admitted call is sent on. */
type Relayed = Asked & Pick<Admitted, "model" | "bounds" | "startedMs" | "place">;
type RelayDeps = AttemptDeps & Pick<GatewayDeps, "snapshot" | "limiter" | "health" | "clock" | "random">;

/** Sends the call to one channel after the other until one answers, within one deadline over all of them. */
export function relay(admitted: Relayed, route: Route, deps: RelayDeps): Promise<Answered | Failed> {
  return new Relay(admitted, route, deps).run();
}

class Relay {
  private readonly admitted: Relayed;
  private readonly route: Route;
  private readonly deps: RelayDeps;
  private readonly modality: string;
  /** The model is asked for what it is not made for: by failing it says nothing of itself, or anyone could put it out of use. */
  private readonly isBeside: boolean;
  private readonly attempts: Attempt[] = [];
  private upstreamMs = 0;
  private hasWaited = false;
  private ranOut = false;
  private deadlineMs = Number.POSITIVE_INFINITY;
  /** When the first of the channels that were passed over for a limit has room; null: not known. */
  private fullForMs: number | null = null;
  private last: { fault: Fault; channel: ChannelEntry | undefined } | undefined;

  constructor(admitted: Relayed, route: Route, deps: RelayDeps) {
    this.admitted = admitted;
    this.route = route;
    this.deps = deps;
    this.modality = modalityOf(admitted.model);
    const { kind } = admitted.call.protocol;
    this.isBeside = kind !== undefined && kind !== admitted.model?.kind;
  }

  async run(): Promise<Answered | Failed> {
    while (this.attempts.length < MAX_ATTEMPTS) {
      const choice = this.route.next();
      if (choice === undefined) {
        if (await this.waitForRateLimit()) continue;
        this.ranOut = true;
        break;
      }
      // In the step that chose it: whoever chooses while this call waits for room finds the place taken.
      const lease = this.claim(choice);
      const entered = this.enter(choice, lease);
      if (!(entered instanceof Promise ? await entered : entered)) continue;
      const answered = await this.ask(choice, lease);
      if (answered !== undefined) return answered;
      if (this.last?.fault.next === "nobody") break;
    }
    return this.failed();
  }

  private claim({ channel, credential }: Choice): Lease {
    const { deps, admitted } = this;
    const isRehearsal = deps.providers[channel.provider]?.isRehearsal?.(admitted.headers) === true;
    return deps.health.claim(channel, admitted.call.model, credential.id, isRehearsal);
  }

  /** Whether the channel's own limits have room: upstream would refuse what lies beyond them. Else it is passed over. */
  private enter({ channel }: Choice, lease: Lease): boolean | Promise<boolean> {
    try {
      const entered = enterChannel(this.admitted, channel.id, this.deps);
      if (!(entered instanceof Promise)) return this.entered(entered, channel, lease);
      return entered.then(
        (late) => this.entered(late, channel, lease),
        (error: unknown) => {
          giveBackLease(lease);
          throw error;
        },
      );
    } catch (error) {
      giveBackLease(lease);
      throw error;
    }
  }

  private entered(entry: Entry, channel: ChannelEntry, lease: Lease): boolean {
    if (!("fullForMs" in entry)) {
      this.admitted.place = entry.ticket;
      return true;
    }
    const { fullForMs } = entry;
    giveBackLease(lease);
    this.route.passOver(channel);
    if (fullForMs !== null) this.fullForMs = Math.min(this.fullForMs ?? fullForMs, fullForMs);
    return false;
  }

  /** The attempt has come to nothing: so have the tokens that it reserved on its channel. */
  private leavePlace(): void {
    leave(this.admitted.place, noUsage, this.deps);
    this.admitted.place = [];
  }

  /** One attempt. undefined: it failed, and the route knows what to leave out. */
  private async ask(choice: Choice, lease: Lease): Promise<Answered | undefined> {
    const { admitted, deps } = this;
    const { channel } = choice;
    const { model } = admitted.call;
    const timeouts = timeoutsOf(channel, this.modality);
    const startedMs = deps.clock.monotonicMs();
    this.deadlineMs = Math.min(
      this.deadlineMs,
      (this.attempts.length === 0 ? admitted.startedMs : startedMs) + timeouts.totalMs,
    );
    const isLast = choice.isLast || this.attempts.length + 1 === MAX_ATTEMPTS;
    deps.health.start(lease);
    const record = recordOf(choice, startedMs - admitted.startedMs);
    this.attempts.push(record);
    try {
      const mayLackPath = this.isBeside || admitted.call.protocol.isOptional === true;
      const plan = { choice, timeouts, deadlineMs: this.deadlineMs, isLast, mayLackPath };
      const tried = await attempt(admitted, plan, deps);
      const durationMs = deps.clock.monotonicMs() - startedMs;
      this.upstreamMs += durationMs;
      record.status = tried.status;
      record.durationMs = Math.round(durationMs);
      if ("fault" in tried) {
        record.errorClass = tried.fault.errorClass;
        this.leavePlace();
        this.learn(lease, choice, tried.fault);
        return undefined;
      }
      this.accept(lease, record, tried.answer, durationMs, timeouts);
      const upstreamModel = channel.models.get(model) ?? model;
      const { attempts, upstreamMs } = this;
      return { answer: tried.answer, channel, upstreamModel, attempts, upstreamMs };
    } catch (error) {
      deps.health.finish(lease, { kind: "unknown" });
      this.leavePlace();
      throw error;
    }
  }

  private learn(lease: Lease, choice: Choice, fault: Fault): void {
    const { health } = this.deps;
    const { errorClass, scope } = fault;
    const { isOptional = false } = this.admitted.call.protocol;
    const isAside =
      errorClass === "path_missing" ||
      (this.isBeside && scope === "model") ||
      (isOptional && otherPathClasses.has(errorClass));
    const isSilent = silentClasses.has(errorClass) || isAside;
    if (isSilent) health.finish(lease, { kind: "unknown" });
    else if (fault.scope === null) health.finish(lease, { kind: "alive" });
    else health.finish(lease, { kind: "fault", fault });
    this.last = { fault, channel: choice.channel };
    if (fault.next === "larger") this.route.needMoreThan(choice.channel);
    else if (fault.effect === "cool") this.route.limitCredential(choice.channel, choice.credential);
    else if (fault.next === "credential") this.route.excludeCredential(choice.channel, choice.credential);
    else this.route.exclude(choice.channel);
  }

  /** The channel has answered. A stream holds its place until it is over, and may still be cut. */
  private accept(
    lease: Lease,
    record: Attempt,
    answer: UpstreamAnswer,
    durationMs: number,
    timeouts: AttemptTimeouts,
  ): void {
    const { health, clock } = this.deps;
    // Sound that is made whole before it is sent is as slow as an answer that is not streamed.
    const slowAfterMs = (answer.kind === "passed" ? timeouts.headersMs : timeouts.firstTokenMs) / 2;
    if (answer.kind === "json") {
      health.finish(lease, { kind: "good", firstTokenMs: null, wholeMs: durationMs, slowAfterMs });
      return;
    }
    health.spoke(lease, durationMs, slowAfterMs);
    answer.watch.whenOver((reason) => {
      const fault = reason === undefined ? undefined : streamFault(reason);
      record.durationMs = Math.round(clock.monotonicMs() - this.admitted.startedMs - record.startMs);
      if (fault === undefined) {
        if (reason === "client_abort" || reason === "shutdown") record.errorClass = reason;
        health.finish(lease, { kind: "good", firstTokenMs: durationMs, wholeMs: null, slowAfterMs });
        return;
      }
      record.errorClass = fault.errorClass;
      health.finish(lease, { kind: "fault", fault });
    });
  }

  /** Waits, once and at most `MAX_WAIT_MS`, until the first rate limited channel may be asked again. */
  private async waitForRateLimit(): Promise<boolean> {
    const { deps, admitted, route } = this;
    if (this.hasWaited || (this.last !== undefined && this.last.fault.errorClass !== "rate_limited"))
      return false;
    const { coolUntilMs } = route.dead();
    if (coolUntilMs === undefined) return false;
    const ms = Math.max(0, coolUntilMs - deps.now()) + deps.random() * WAIT_SPREAD_MS;
    const startedMs = deps.clock.monotonicMs();
    if (ms > MAX_WAIT_MS || startedMs + ms >= this.deadlineMs) return false;
    this.hasWaited = true;
    const reason = await pause(deps, admitted.signal, startedMs + ms);
    this.upstreamMs += deps.clock.monotonicMs() - startedMs;
    if (reason !== "total_timeout") {
      this.last = { fault: faultOfClass(reason), channel: this.last?.channel };
      return false;
    }
    route.waited();
    return true;
  }

  private failed(): Failed {
    const { attempts, upstreamMs, last } = this;
    const refusal = last?.fault.refusal ?? this.refusalOfDead();
    const asked = new Set(attempts.map(({ channelId }) => channelId));
    const passedOver = this.ranOut ? this.route.notAsked(asked) : [];
    const failed = { refusal, attempts, upstreamMs, channel: last?.channel };
    return passedOver.length === 0 ? failed : { ...failed, passedOver };
  }

  /** Nobody was asked, because nobody can be: what those saw who found it out. */
  private refusalOfDead(): Refusal {
    const { why, errorClass } = this.route.dead();
    if (why === "unserved") return refuse("no_channel_available");
    if (why === "full") return fullRefusal(this.fullForMs);
    return faultOfClass(errorClass ?? "server_error").refusal;
  }
}

function recordOf(choice: Choice, startMs: number): Attempt {
  const { channel, credentialIndex, reason, passedOver } = choice;
  return {
    channelId: channel.id,
    credential: credentialIndex,
    reason,
    ...(passedOver.length === 0 ? {} : { passedOver }),
    status: null,
    errorClass: null,
    startMs: Math.round(startMs),
    durationMs: 0,
  };
}

/** Why a stream that had begun was ended; undefined: not by its channel's fault. */
function streamFault(reason: string): Fault | undefined {
  const classes: Readonly<Record<string, FaultClass>> = {
    upstream_error: "stream_cut",
    idle_timeout: "stream_stalled",
    total_timeout: "total_timeout",
  };
  const errorClass = classes[reason];
  return errorClass === undefined ? undefined : faultOfClass(errorClass);
}

/** Until a moment (monotonic ms), unless the client goes away or we shut down. Says which: "total_timeout" is the moment. */
export function pause(
  { watches }: Pick<RelayDeps, "watches">,
  client: Leaving,
  untilMs: number,
): Promise<string> {
  const watch = watches.open(client, untilMs);
  return new Promise((resolve) => watch.whenOver((reason) => resolve(reason ?? "total_timeout")));
}
