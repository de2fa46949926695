import type { FundsAnswer } from "./funds.ts";
import type { LeaseState } from "./lease.ts";
import type { Shortfall } from "./lease-book.ts";

/** `available` and `others` (what other nodes have leased) are of what was short: the balance or the budget. */
type Short = {
  kind: "insufficient_balance" | "budget_exceeded";
  availableNanoUsd: bigint;
  othersNanoUsd: bigint;
};
/** `fenced`: the epoch is over, nothing was done. */
export type RefillAnswer = { kind: "ok"; states: LeaseState[] } | { kind: "fenced" } | Short;

/** What a lane needs of the engine around it. */
export type Bank = {
  /** Resolves when leases may be spent: renewed in time, under an epoch that stands. */
  ready(): Promise<void>;
  refill(short: Shortfall, wishNanoUsd: bigint, keyWishNanoUsd: bigint): Promise<RefillAnswer>;
  /** Takes the money of an answer into memory. */
  take(short: Shortfall, states: readonly LeaseState[]): void;
  giveBack(accountId: string): Promise<void>;
  /** Asks other nodes for what is free of the account. */
  recall(accountId: string): void;
  nowMs(): number;
  pause(ms: number): Promise<void>;
  recallWaitMs: number;
};

type Attempt = () => "ok" | "gone" | Shortfall;
type Waiter = {
  attempt: Attempt;
  short: Shortfall;
  resolve(answer: FundsAnswer | "gone"): void;
  reject(error: unknown): void;
  nextTryMs: number;
  /** Set once other nodes were asked for their free money. */
  giveUpAtMs: number | null;
};

const RETRY_MS = 10;
const MAX_FENCED = 5;

/**
 * Calls of one account (and of one key's budget) for which the lease does not suffice wait here, and one refill at a
 * time is asked for all of them. A call is refused only by an answer that was asked for after it came.
 */
export class Lane {
  private readonly bank: Bank;
  private readonly isAway: (error: unknown) => boolean;
  private waiting: Waiter[] = [];
  private running: Promise<void> | undefined;

  constructor(bank: Bank, isAway: (error: unknown) => boolean) {
    this.bank = bank;
    this.isAway = isAway;
  }

  wait(attempt: Attempt, short: Shortfall): Promise<FundsAnswer | "gone"> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ attempt, short, resolve, reject, nextTryMs: 0, giveUpAtMs: null });
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
    });
  }

  /** Nobody waits here: the lane may be forgotten. */
  isIdle(): boolean {
    return this.waiting.length === 0;
  }

  private async run(): Promise<void> {
    try {
      let fenced = 0;
      while (this.waiting.length > 0) {
        await this.bank.ready();
        this.sweep(this.waiting);
        const head = this.head();
        if (head === undefined) {
          await this.bank.pause(RETRY_MS);
          continue;
        }
        if (head.short.giveBackFirst) {
          await this.bank.giveBack(head.short.accountId);
          this.sweep(this.waiting);
          if (!this.waiting.includes(head)) continue;
        }
        const asked = [...this.waiting];
        const { short } = head;
        const answer = await this.bank.refill(short, ...this.wishes(head));
        if (answer.kind === "fenced") {
          fenced += 1;
          if (fenced > MAX_FENCED) throw new Error("another process has this node's id");
          continue;
        }
        if (answer.kind === "ok") this.bank.take(short, answer.states);
        this.sweep(asked);
        if (answer.kind !== "ok") this.judge(asked, answer);
      }
    } catch (error) {
      const waiting = this.waiting;
      this.waiting = [];
      for (const { resolve, reject } of waiting) {
        if (this.isAway(error)) resolve("overloaded");
        else reject(error);
      }
    }
  }

  /** The call that the next refill is asked for; undefined while all wait for other nodes. */
  private head(): Waiter | undefined {
    const nowMs = this.bank.nowMs();
    return this.waiting.find((waiter) => waiter.nextTryMs <= nowMs);
  }

  /** Enough for all who wait, if there is that much. */
  private wishes(head: Waiter): [bigint, bigint] {
    let wish = head.short.needNanoUsd;
    let keyWish = head.short.key?.needNanoUsd ?? 0n;
    for (const waiter of this.waiting) {
      if (waiter === head) continue;
      wish += waiter.short.amountNanoUsd;
      keyWish += waiter.short.amountNanoUsd;
    }
    return [wish, keyWish];
  }

  /** Answers those whose call fits into the lease now. */
  private sweep(waiters: readonly Waiter[]): void {
    const answered = new Set<Waiter>();
    for (const waiter of waiters) {
      const result = waiter.attempt();
      if (typeof result === "object") {
        waiter.short = result;
        continue;
      }
      answered.add(waiter);
      waiter.resolve(result);
    }
    if (answered.size > 0) this.waiting = this.waiting.filter((waiter) => !answered.has(waiter));
  }

  /** Refuses those for whom there is not enough, unless other nodes may have it: then they wait for that a moment. */
  private judge(asked: readonly Waiter[], answer: Short): void {
    const { kind, availableNanoUsd, othersNanoUsd } = answer;
    const nowMs = this.bank.nowMs();
    const standing = new Set(this.waiting);
    const refused = new Set<Waiter>();
    let recall: string | undefined;
    for (const waiter of asked) {
      if (!standing.has(waiter)) continue;
      const { short } = waiter;
      const need = kind === "budget_exceeded" ? (short.key?.needNanoUsd ?? 0n) : short.needNanoUsd;
      if (need <= availableNanoUsd) continue;
      const elsewhere = othersNanoUsd > 0n && need <= availableNanoUsd + othersNanoUsd;
      if (elsewhere && waiter.giveUpAtMs === null) {
        waiter.giveUpAtMs = nowMs + this.bank.recallWaitMs;
        recall = short.accountId;
      }
      if (elsewhere && waiter.giveUpAtMs !== null && nowMs < waiter.giveUpAtMs) {
        waiter.nextTryMs = Math.min(nowMs + RETRY_MS, waiter.giveUpAtMs);
      } else refused.add(waiter);
    }
    this.waiting = this.waiting.filter((waiter) => !refused.has(waiter));
    for (const waiter of refused) waiter.resolve(kind);
    if (recall !== undefined) this.bank.recall(recall);
  }
}
