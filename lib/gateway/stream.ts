import { noUsage } from "#lib/pricing/usage";
import type { Admitted } from "./admit.ts";
import type { StreamAnswer } from "./attempt.ts";
import { countPromptTokens } from "./counted-usage.ts";
import { watchKey } from "./cut.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Answer, AnswerStream, Step } from "./exchange.ts";
import { faultOfClass } from "./faults.ts";
import { wrapperOf } from "./follows.ts";
import { HoldExtender } from "./hold-extender.ts";
import type { StreamTranslation } from "./protocols/call.ts";
import { finish } from "./record.ts";
import type { Answered } from "./relay.ts";
import { answerHeaders, errorEvent } from "./respond.ts";
import type { SseEvent } from "./sse.ts";

const DONE = Buffer.from("data: [DONE]\n\n");
const NOTHING = new Uint8Array(0);

/**
 * Passes a stream on, event by event as it comes, and settles it. The last bytes wait until the bill is committed.
 * A stream that does not end well ends with an error event, never with a clean close. If the client goes away, the
 * upstream call is ended and what had been delivered is billed.
 */
export function streamResponse(
  admitted: Admitted,
  answered: Answered & { answer: StreamAnswer },
  deps: GatewayDeps,
): Answer {
  const { answer } = answered;
  const firstTokenMs = deps.clock.monotonicMs() - admitted.startedMs;
  const gatewayMs = firstTokenMs - answered.upstreamMs - admitted.clientMs;
  const delivery = new StreamDelivery(admitted, answered, { firstTokenMs, gatewayMs }, deps);
  // The client may go away while nothing is being read from us.
  answer.watch.whenCut(() => void delivery.noticeAbort());
  delivery.watchKey();
  const headers = answerHeaders(admitted, delivery.contentType, gatewayMs);
  headers["cache-control"] = "no-cache";
  headers["x-accel-buffering"] = "no";
  return { status: 200, headers, body: delivery };
}

type Times = { firstTokenMs: number; gatewayMs: number };

class StreamDelivery implements AnswerStream {
  readonly contentType: string;
  private sentFirst = false;
  private used = noUsage;
  /** Where the client speaks another protocol than the upstream. */
  private readonly translation: StreamTranslation | undefined;
  private settled: Promise<void> | undefined;
  private cut: Refusal | undefined;
  private readonly extender: HoldExtender;
  /** Output at which a larger hold was last asked for: once for one event. */
  private askedAtTokens = -1;
  private isWaiting = false;
  private readonly admitted: Admitted;
  private readonly answered: Answered & { answer: StreamAnswer };
  private readonly times: Times;
  private readonly deps: GatewayDeps;

  constructor(
    admitted: Admitted,
    answered: Answered & { answer: StreamAnswer },
    times: Times,
    deps: GatewayDeps,
  ) {
    this.admitted = admitted;
    this.answered = answered;
    this.times = times;
    this.deps = deps;
    this.extender = new HoldExtender(admitted, deps.funds);
    const { call, requestId } = admitted;
    // No other channel is asked any more; of the prompt its texts are left, to be counted if upstream says no usage.
    call.bytes = NOTHING;
    const { translation } = call.protocol;
    if (translation !== undefined) {
      const wrapId = wrapperOf(admitted, answered, deps);
      this.translation = translation.stream({ call, requestId, wrapId });
    }
    this.contentType = this.translation?.contentType ?? "text/event-stream; charset=utf-8";
  }

  /** The next bytes for the client. Loops over events that are not for it. */
  next(): Step | Promise<Step> | undefined {
    const { first, meter } = this.answered.answer;
    if (!this.sentFirst) {
      this.sentFirst = true;
      const bytes = this.told(first.raw);
      if (bytes !== undefined) return { bytes, last: false };
    }
    for (;;) {
      if (this.cut !== undefined) return this.fail(this.cut);
      const tokens = meter.outputTokensAtMost();
      if (!this.extender.covers(tokens) && tokens !== this.askedAtTokens) return this.extend(tokens);
      const step = this.takeNext();
      if (step !== "nothing for the client") return step;
    }
  }

  whenReady(act: () => void): void {
    this.answered.answer.events.whenReady(() => {
      // Upstream has spoken, whether or not the client takes it now: a slow client is no silent upstream.
      if (this.isWaiting) this.answered.answer.watch.disarm();
      this.isWaiting = false;
      act();
    });
  }

  /** Has the hold grow with what was delivered. */
  private async extend(tokens: number): Promise<Step> {
    this.askedAtTokens = tokens;
    const shortage = await this.extender.cover(tokens);
    return shortage === undefined ? { bytes: undefined, last: false } : this.fail(shortage);
  }

  /** What came next from upstream; its silence is timed. */
  private takeNext(): Step | Promise<Step> | undefined | "nothing for the client" {
    const { events, meter, watch, idleMs } = this.answered.answer;
    let event: SseEvent | undefined;
    try {
      event = events.take();
    } catch {
      return this.fail(faultOfClass(watch.reason ?? "connection_lost").refusal);
    }
    if (event === undefined && !events.isOver) {
      if (!this.isWaiting) watch.arm("idle_timeout", idleMs);
      this.isWaiting = true;
      return undefined;
    }
    this.isWaiting = false;
    watch.disarm();
    if (event !== undefined) return this.read(event);
    return meter.finished ? this.complete(DONE) : this.fail(refuse("upstream_error"));
  }

  private read(event: SseEvent): Step | Promise<Step> | "nothing for the client" {
    const kind = this.answered.answer.meter.readEvent(event);
    if (kind === "done") return this.complete(event.raw);
    if (kind === "error" || kind === "malformed") return this.fail(refuse("upstream_error"));
    if (kind === "usage" && !this.admitted.call.wantsUsage) return "nothing for the client";
    // A comment says nothing that could be told in another protocol.
    if (kind === "comment" && this.translation !== undefined) return "nothing for the client";
    const bytes = this.told(event.raw);
    return bytes === undefined ? "nothing for the client" : { bytes, last: false };
  }

  /** The event that was read last, for the client; undefined: nothing of it is. */
  private told(raw: Uint8Array): Uint8Array | undefined {
    if (this.translation === undefined) return raw;
    const told = this.translation.event(this.answered.answer.meter.event, raw);
    return told.length === 0 ? undefined : bytesOf(told);
  }

  /** The reader has cancelled: the client went away. */
  async abandon(): Promise<void> {
    this.answered.answer.watch.end("client_abort");
    await this.settle(refuse("client_closed"));
  }

  /** Something ended the upstream call: a client that is gone, or that reads no more, will not come to hear of it. */
  async noticeAbort(): Promise<void> {
    const { reason } = this.answered.answer.watch;
    // What upstream had said before and nobody has taken is neither billed nor sent.
    if (reason === "total_timeout") this.cut ??= faultOfClass(reason).refusal;
    if (this.cut !== undefined) await this.settle(this.cut);
    else if (reason === "client_abort") await this.settle(refuse("client_closed"));
  }

  /** Ends the stream if its key is taken away in the meantime and whoever did that wants running streams to end. */
  watchKey(): void {
    const { admitted, answered, deps } = this;
    watchKey(admitted, answered.answer.watch, deps, (why) => {
      this.cut ??= why;
      return this.cut;
    });
  }

  private async complete(lastBytes: Uint8Array): Promise<Step> {
    this.answered.answer.watch.close();
    await this.settle(undefined);
    // Upstream has nothing more to say; its connection goes back to the pool, or is closed.
    void this.answered.answer.events.close().catch(() => undefined);
    const { translation } = this;
    if (translation === undefined) return { bytes: lastBytes, last: true };
    const { event } = this.answered.answer.meter;
    return { bytes: bytesOf(translation.end(this.used, event, lastBytes)), last: true };
  }

  private async fail(refusal: Refusal): Promise<Step> {
    this.answered.answer.watch.end(refusal.code);
    await this.settle(refusal);
    const told = this.translation?.fail(refusal);
    const bytes = told === undefined ? errorEvent(refusal, this.admitted.requestId) : Buffer.from(told);
    return { bytes, last: true };
  }

  /** Once, whoever comes first: end, fault, or the client's going away. */
  private settle(refusal: Refusal | undefined): Promise<void> {
    this.settled ??= this.write(refusal);
    return this.settled;
  }

  private async write(refusal: Refusal | undefined): Promise<void> {
    const { admitted, answered, deps, times } = this;
    const { call } = admitted;
    const latencyMs = deps.clock.monotonicMs() - admitted.startedMs;
    const isCut = refusal?.code === "upstream_error" || refusal?.code === "upstream_timeout";
    const { meter } = answered.answer;
    const isFree = isCut && (meter.isBare || deps.snapshot.settings.get("billing.cutStreams") === "nothing");
    const { usage, source } = await meter.usage(() => countPromptTokens(call, deps));
    this.used = usage;
    await this.extender.settle();
    await finish(
      { ...admitted, holdNanoUsd: this.extender.holdNanoUsd },
      {
        status: refusal?.status ?? 200,
        errorCode: refusal?.code ?? null,
        usage: isFree ? undefined : usage,
        usageSource: isFree ? "none" : source,
        attempts: answered.attempts,
        channel: answered.channel,
        upstreamMs: latencyMs - times.gatewayMs - admitted.clientMs,
        firstTokenMs: times.firstTokenMs,
      },
      deps,
    );
  }
}

const bytesOf = (told: string | Uint8Array) => (typeof told === "string" ? Buffer.from(told) : told);
