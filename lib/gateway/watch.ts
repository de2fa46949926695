/** Signals that stand over an attempt, each with the reason that it gives. */
export type Interrupts = Readonly<Record<string, AbortSignal>>;

/**
 * The clock over one upstream attempt: one abort for whatever ends it first, which remembers why. Stages of an attempt
 * arm their own time limit; the total and the client's going away stand over all of them.
 */
export class Watch {
  /** Why the attempt was ended: the armed limit's name, "total_timeout" or an interrupt's; undefined while it runs. */
  reason: string | undefined;
  private readonly controller = new AbortController();
  private readonly total: NodeJS.Timeout;
  private stage: NodeJS.Timeout | undefined;
  private readonly listening: (() => void)[] = [];

  constructor(interrupts: Interrupts, totalMs: number) {
    this.total = setTimeout(() => this.end("total_timeout"), totalMs);
    for (const [reason, signal] of Object.entries(interrupts)) this.heed(reason, signal);
  }

  private heed(reason: string, signal: AbortSignal): void {
    if (signal.aborted) {
      this.end(reason);
      return;
    }
    const onAbort = () => this.end(reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.listening.push(() => signal.removeEventListener("abort", onAbort));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Replaces the running stage's limit. */
  arm(reason: string, ms: number): void {
    clearTimeout(this.stage);
    this.stage = setTimeout(() => this.end(reason), ms);
  }

  disarm(): void {
    clearTimeout(this.stage);
  }

  /** Ends the upstream call. The first reason stays. */
  end(reason: string): void {
    this.reason ??= reason;
    this.close();
    this.controller.abort();
  }

  /** Lets go of timers and listener; the attempt is over. */
  close(): void {
    clearTimeout(this.stage);
    clearTimeout(this.total);
    for (const unlisten of this.listening.splice(0)) unlisten();
  }
}
