import type { Admitted } from "./admit.ts";
import type { PassedAnswer } from "./attempt.ts";
import { countPromptTokens } from "./counted-usage.ts";
import { watchKey } from "./cut.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";
import type { Answer, AnswerStream, Step } from "./exchange.ts";
import { faultOfClass } from "./faults.ts";
import { finish } from "./record.ts";
import type { Answered } from "./relay.ts";
import { answerHeaders, errorEvent } from "./respond.ts";

const NOTHING = new Uint8Array(0);

type Passed = Answered & { answer: PassedAnswer };
type Times = { firstMs: number; gatewayMs: number };

/**
 * Passes an answer on piece by piece as it comes (sound, what is heard in it), and settles it. Its end waits until the bill is committed. One that does
 * not end well ends with an error event where it is made of events, else the connection breaks off: never with a clean close.
 * If the client goes away, the upstream call is ended, and billed.
 */
export function passOn(admitted: Admitted, answered: Passed, deps: GatewayDeps): Answer {
  const { watch, pieces } = answered.answer;
  const firstMs = deps.clock.monotonicMs() - admitted.startedMs;
  const gatewayMs = firstMs - answered.upstreamMs - admitted.clientMs;
  const passing = new Passing(admitted, answered, { firstMs, gatewayMs }, deps);
  // The client may go away while nothing is being read from us.
  watch.whenCut(() => void passing.noticeAbort());
  passing.watchKey();
  const headers = answerHeaders(admitted, pieces.contentType, gatewayMs);
  headers["cache-control"] = "no-cache";
  headers["x-accel-buffering"] = "no";
  return { status: 200, headers, body: passing };
}

class Passing implements AnswerStream {
  private sentFirst = false;
  private isWaiting = false;
  private settled: Promise<void> | undefined;
  private cut: Refusal | undefined;
  private readonly admitted: Admitted;
  private readonly answered: Passed;
  private readonly times: Times;
  private readonly deps: GatewayDeps;

  constructor(admitted: Admitted, answered: Passed, times: Times, deps: GatewayDeps) {
    this.admitted = admitted;
    this.answered = answered;
    this.times = times;
    this.deps = deps;
    // No other channel is asked any more; of the prompt its texts are left, to be counted if upstream says no usage.
    admitted.call.bytes = NOTHING;
  }

  next(): Step | Promise<Step> | undefined {
    const { answer } = this.answered;
    if (this.cut !== undefined) return this.fail(this.cut);
    if (!this.sentFirst) {
      this.sentFirst = true;
      const { first } = answer;
      answer.first = NOTHING;
      return { bytes: first, last: false };
    }
    const { pieces, watch, idleMs } = answer;
    let bytes: Uint8Array | undefined | null;
    try {
      bytes = pieces.take();
    } catch {
      return this.fail(faultOfClass(watch.reason ?? "connection_lost").refusal);
    }
    if (bytes === undefined) {
      if (!this.isWaiting) watch.arm("idle_timeout", idleMs);
      this.isWaiting = true;
      return undefined;
    }
    this.isWaiting = false;
    watch.disarm();
    return bytes === null ? this.complete() : { bytes, last: false };
  }

  whenReady(act: () => void): void {
    const { pieces, watch } = this.answered.answer;
    pieces.whenReady(() => {
      // Upstream has spoken, whether or not the client takes it now: a slow client is no silent upstream.
      if (this.isWaiting) watch.disarm();
      this.isWaiting = false;
      act();
    });
  }

  /** The reader has cancelled: the client went away. */
  async abandon(): Promise<void> {
    this.answered.answer.watch.end("client_abort");
    await this.settle(refuse("client_closed"));
  }

  /** Something ended the upstream call: a client that is gone, or that reads no more, will not come to hear of it. */
  async noticeAbort(): Promise<void> {
    const { reason } = this.answered.answer.watch;
    if (reason === "total_timeout") this.cut ??= faultOfClass(reason).refusal;
    if (this.cut !== undefined) await this.settle(this.cut);
    else if (reason === "client_abort") await this.settle(refuse("client_closed"));
  }

  /** Ends the answer if its key is taken away in the meantime and whoever did that wants running calls to end. */
  watchKey(): void {
    const { admitted, answered, deps } = this;
    watchKey(admitted, answered.answer.watch, deps, (why) => {
      this.cut ??= why;
      return this.cut;
    });
  }

  private async complete(): Promise<Step> {
    const { watch, pieces } = this.answered.answer;
    watch.close();
    await this.settle(undefined);
    void pieces.close().catch(() => undefined);
    return { bytes: undefined, last: true };
  }

  private async fail(refusal: Refusal): Promise<Step> {
    const { watch, pieces } = this.answered.answer;
    watch.end(refusal.code);
    await this.settle(refusal);
    if (!pieces.isEvents) return { bytes: undefined, last: true, isBroken: true };
    return { bytes: errorEvent(refusal, this.admitted.requestId), last: true };
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
    const isFree = isCut && deps.snapshot.settings.get("billing.cutStreams") === "nothing";
    const { usage, source } = await answered.answer.pieces.usage(call, {
      prompt: () => countPromptTokens(call, deps),
      texts: deps.countTokens,
    });
    await finish(
      admitted,
      {
        status: refusal?.status ?? 200,
        errorCode: refusal?.code ?? null,
        usage: isFree ? undefined : usage,
        usageSource: isFree ? "none" : source,
        attempts: answered.attempts,
        channel: answered.channel,
        upstreamMs: latencyMs - times.gatewayMs - admitted.clientMs,
        firstTokenMs: times.firstMs,
      },
      deps,
    );
  }
}
