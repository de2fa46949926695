import type { Ending } from "#lib/providers/provider";
import type { Leaving } from "./exchange.ts";

const TICK_MS = 20;

/**
 * The clocks over all running attempts: one timer looks at all of them, so that an attempt costs no timer, no
 * AbortController and no listener of its own. Limits are kept to within a tick.
 */
export class Watches {
  /** Each at its `place`. Not a Set: V8 keeps the tables that a busy Set outgrows, and with them all that a call held. */
  private readonly running: Watch[] = [];
  private readonly monotonicMs: () => number;
  private readonly cutOff: AbortSignal;
  private timer: NodeJS.Timeout | undefined;

  /** `cutOff` ends every attempt: a shutdown has waited long enough. */
  constructor(monotonicMs: () => number, cutOff: AbortSignal) {
    this.monotonicMs = monotonicMs;
    this.cutOff = cutOff;
  }

  /** A watch over one attempt, which ends when the client goes away or at `totalAtMs` (monotonic) at the latest. */
  open(client: Leaving | undefined, totalAtMs: number): Watch {
    const watch = new Watch({ client, totalAtMs, monotonicMs: this.monotonicMs, closed: this.closed });
    watch.place = this.running.push(watch) - 1;
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    if (client?.aborted) watch.end("client_abort");
    return watch;
  }

  /** Ends what is over time. Called by itself; a test with a clock of its own calls it. */
  tick(): void {
    if (this.running.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const nowMs = this.monotonicMs();
    const isCutOff = this.cutOff.aborted;
    // What is ended leaves the list, and the list's last takes its place: from the end none is passed over.
    for (let place = this.running.length - 1; place >= 0; place -= 1) {
      const watch = this.running[place];
      if (watch === undefined) continue;
      if (isCutOff) watch.end("shutdown");
      else watch.check(nowMs);
    }
  }

  /** Has every stream of these keys looked at anew: may it go on? */
  reconsider(keyIds: ReadonlySet<string>): void {
    for (const watch of [...this.running]) watch.onKeysChanged?.(keyIds);
  }

  /** The last takes the place of the one that goes. */
  private readonly closed = ({ place }: Watch): void => {
    const last = this.running.pop();
    if (last === undefined || this.running.length === place) return;
    last.place = place;
    this.running[place] = last;
  };
}

type Parts = {
  client: Leaving | undefined;
  totalAtMs: number;
  monotonicMs: () => number;
  closed: (watch: Watch) => void;
};

/**
 * The clock over one upstream attempt: whatever ends it first ends the upstream call and is remembered. Stages of an
 * attempt arm their own time limit; the total and the client's going away stand over all of them.
 */
export class Watch implements Ending {
  /** Why the attempt was ended: the armed limit's name, "total_timeout", "client_abort"…; undefined while it runs. */
  reason: string | undefined;
  /** Where it stands among the running ones. */
  place = -1;
  /** Told which keys were changed, while it runs; ends the attempt if its call may not go on. */
  onKeysChanged: ((ids: ReadonlySet<string>) => void) | undefined;
  private readonly parts: Parts;
  private stage = "";
  private stageMs = 0;
  private stageAtMs = Number.POSITIVE_INFINITY;
  private isClosed = false;
  private act: (() => void) | undefined;
  private readonly onEnd: (() => void)[] = [];
  private readonly onOver: ((reason: string | undefined) => void)[] = [];

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get hasEnded(): boolean {
    return this.reason !== undefined;
  }

  whenEnded(act: () => void): void {
    if (this.hasEnded) act();
    else this.act = act;
  }

  /** Called when the attempt was ended from outside; not when it came to its own end. */
  whenCut(listener: () => void): void {
    if (this.hasEnded) listener();
    else this.onEnd.push(listener);
  }

  /** Called once when the attempt is over, with the reason if it was ended. */
  whenOver(listener: (reason: string | undefined) => void): void {
    if (this.isClosed) listener(this.reason);
    else this.onOver.push(listener);
  }

  /** Replaces the running stage's limit. */
  arm(stage: string, ms: number): void {
    this.stage = stage;
    this.stageMs = ms;
    this.stageAtMs = this.parts.monotonicMs() + ms;
  }

  disarm(): void {
    this.stageAtMs = Number.POSITIVE_INFINITY;
  }

  stirred(): void {
    if (this.stageAtMs < Number.POSITIVE_INFINITY) this.stageAtMs = this.parts.monotonicMs() + this.stageMs;
  }

  check(nowMs: number): void {
    if (this.parts.client?.aborted) this.end("client_abort");
    else if (nowMs >= this.stageAtMs) this.end(this.stage);
    else if (nowMs >= this.parts.totalAtMs) this.end("total_timeout");
  }

  /** Ends the upstream call. The first reason stays. */
  end(reason: string): void {
    if (this.isClosed) return;
    this.reason ??= reason;
    this.close();
    this.act?.();
    for (const listener of this.onEnd) listener();
  }

  /** The attempt is over. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onKeysChanged = undefined;
    this.parts.closed(this);
    for (const listener of this.onOver) listener(this.reason);
  }
}
