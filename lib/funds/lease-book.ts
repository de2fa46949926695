import { InFlight } from "#lib/core/in-flight";
import { freeOf, isEmpty, type Lease, type LeaseState, learn, unknownLease } from "./lease.ts";

const ANY_LIMIT = 2n ** 63n;

type Budget = { limitNanoUsd: bigint; periodStartMs: number };
export type BookedCall = {
  requestId: string;
  accountId: string;
  keyId: string;
  amountNanoUsd: bigint;
  budget: Budget | null;
};

/** Why a hold does not fit: what must be leased for it first. A need of 0: the database must be asked all the same. */
export type Shortfall = {
  accountId: string;
  amountNanoUsd: bigint;
  needNanoUsd: bigint;
  key: { keyId: string; periodStartMs: number; limitNanoUsd: bigint; needNanoUsd: bigint } | null;
  /** What is free here must go back before more is asked for: the account owes, or the key's budget was lowered. */
  giveBackFirst: boolean;
};

/** What is on its way back to the database. */
export type GiveBack = {
  accountId: string;
  amountNanoUsd: bigint;
  keys: { keyId: string; periodStartMs: number; amountNanoUsd: bigint }[];
};

/** What an earlier process of this node settled and did not flush. */
export type Unflushed = { accountId: string; key: LeaseState["key"]; costNanoUsd: bigint };

type KeyLease = Lease & { keyId: string; periodStartMs: number; limit: bigint };
type AccountLease = Lease & {
  accountId: string;
  available: bigint;
  keys: Map<string, KeyLease>;
  pending: GiveBack | null;
};

/** A class, because V8 may come to make the objects of a literal in the old generation, where these would stay for long. */
class Open {
  readonly account: AccountLease;
  readonly key: KeyLease | null;
  amount = 0n;

  constructor(account: AccountLease, key: KeyLease | null) {
    this.account = account;
    this.key = key;
  }
}

/**
 * The leases of one node, in memory. For each: amount in the database = free + open holds + costs settled and not
 * flushed (+ what is on its way back). Money moves in the database first and here after, so that what is free here is
 * never more than what is reserved there. No I/O and no clock: `nowMs` is a monotonic clock's.
 */
export class LeaseBook {
  /** Until when anything may be spent without having heard from the database. */
  expiresAtMs = Number.NEGATIVE_INFINITY;
  private readonly accounts = new Map<string, AccountLease>();
  private readonly holds = new InFlight<Open>();

  /** Holds all or nothing. */
  hold(call: BookedCall, nowMs: number): "ok" | Shortfall {
    if (this.holds.get(call.requestId) !== undefined)
      throw new Error(`call ${call.requestId} holds money already`);
    const account = this.accountOf(call.accountId, nowMs);
    const key = call.budget && keyOf(account, call.keyId, call.budget, nowMs);
    const short = this.shortfall(account, key, call.amountNanoUsd, call.budget?.limitNanoUsd ?? null, nowMs);
    if (short !== undefined) return short;
    const open = new Open(account, key);
    this.holds.set(call.requestId, open);
    grow(open, call.amountNanoUsd, nowMs);
    return "ok";
  }

  /** Adds to a hold, under the same conditions. `limitNanoUsd`: the key's budget now. */
  extend(
    requestId: string,
    byNanoUsd: bigint,
    limitNanoUsd: bigint | null,
    nowMs: number,
  ): "ok" | "gone" | Shortfall {
    const open = this.holds.get(requestId);
    if (open === undefined) return "gone";
    const short = this.shortfall(open.account, open.key, byNanoUsd, limitNanoUsd, nowMs);
    if (short !== undefined) return short;
    grow(open, byNanoUsd, nowMs);
    return "ok";
  }

  /** Frees the hold and keeps the cost until it is flushed. False: it holds nothing (settling twice is settling once). */
  settle(requestId: string, costNanoUsd: bigint): boolean {
    const open = this.holds.get(requestId);
    if (open === undefined) return false;
    this.holds.delete(requestId);
    for (const lease of leasesOf(open)) {
      lease.held -= open.amount;
      lease.settled += costNanoUsd;
    }
    return true;
  }

  /** Takes over what a refill, a flush or a give-back answered, in whatever order the answers come. */
  learn(states: readonly LeaseState[], nowMs: number): void {
    for (const state of states) {
      const account = this.accountOf(state.accountId, nowMs);
      if (state.key === null) {
        if (state.version >= account.version) account.available = state.availableNanoUsd ?? 0n;
        learn(account, state);
      } else learn(keyOf(account, state.key.keyId, state.key, nowMs), state);
    }
  }

  /** A budget that was granted under this limit: below it nothing in memory may be spent unasked. */
  granted(key: NonNullable<Shortfall["key"]>, accountId: string): void {
    const lease = this.accounts.get(accountId)?.keys.get(keyName(key));
    if (lease !== undefined) lease.limit = key.limitNanoUsd;
  }

  /**
   * Starts again from what the database says now, under a new epoch: give-backs that were not answered have happened or
   * never will. Open holds stay. `unflushed` is what the spool holds when a process starts.
   */
  restart(states: readonly LeaseState[], unflushed: readonly Unflushed[], nowMs: number): void {
    for (const account of this.accounts.values()) {
      account.pending = null;
      for (const lease of [account, ...account.keys.values()]) lease.returning = 0n;
    }
    this.learn(states, nowMs);
    for (const { accountId, key, costNanoUsd } of unflushed) {
      const account = this.accountOf(accountId, nowMs);
      account.settled += key === null ? costNanoUsd : 0n;
      if (key !== null) keyOf(account, key.keyId, key, nowMs).settled += costNanoUsd;
    }
  }

  /** Accounts of which something has been free and unused for `idleMs`; leases that are empty are forgotten. */
  idleAccounts(idleMs: number, nowMs: number): string[] {
    const found: string[] = [];
    for (const account of this.accounts.values()) {
      for (const [name, key] of account.keys) {
        if (isEmpty(key) && isIdle(key, idleMs, nowMs)) account.keys.delete(name);
      }
      if (account.keys.size === 0 && isEmpty(account) && isIdle(account, idleMs, nowMs)) {
        this.accounts.delete(account.accountId);
      } else if ([account, ...account.keys.values()].some((lease) => spare(lease, idleMs, nowMs) > 0n)) {
        found.push(account.accountId);
      }
    }
    return found;
  }

  /** Sets aside what is free of an account and has been unused for `idleMs`; null when that is nothing. */
  giveBack(accountId: string, idleMs: number, nowMs: number): GiveBack | null {
    const account = this.accounts.get(accountId);
    if (account === undefined || account.pending !== null) return null;
    const amountNanoUsd = spare(account, idleMs, nowMs);
    const keys = [...account.keys.values()]
      .map((lease) => ({ lease, amount: spare(lease, idleMs, nowMs) }))
      .filter(({ amount }) => amount > 0n);
    if (amountNanoUsd === 0n && keys.length === 0) return null;
    account.returning = amountNanoUsd;
    for (const { lease, amount } of keys) lease.returning = amount;
    account.pending = {
      accountId,
      amountNanoUsd,
      keys: keys.map(({ lease, amount }) => ({
        keyId: lease.keyId,
        periodStartMs: lease.periodStartMs,
        amountNanoUsd: amount,
      })),
    };
    return account.pending;
  }

  /** The database has it back. Without this (an answer was lost) it stays set aside until the restart. */
  givenBack(back: GiveBack, states: readonly LeaseState[], nowMs: number): void {
    this.learn(states, nowMs);
    const account = this.accounts.get(back.accountId);
    if (account?.pending !== back) return;
    account.pending = null;
    account.returning = 0n;
    for (const key of back.keys) {
      const lease = account.keys.get(keyName(key));
      if (lease !== undefined) lease.returning = 0n;
    }
  }

  /** What an account has for new calls in this node's memory. */
  free(accountId: string): bigint {
    const account = this.accounts.get(accountId);
    return account === undefined ? 0n : freeOf(account);
  }

  /** What running calls of an account hold. */
  heldBy(accountId: string): bigint {
    return this.accounts.get(accountId)?.held ?? 0n;
  }

  /** What running calls hold, by account; accounts of which nothing is held are left out. */
  held(): Map<string, bigint> {
    const held = new Map<string, bigint>();
    for (const account of this.accounts.values()) {
      if (account.held > 0n) held.set(account.accountId, account.held);
    }
    return held;
  }

  /** Accounts that anything is known of: what a restart must ask for. */
  known(): string[] {
    return [...this.accounts.keys()];
  }

  private accountOf(accountId: string, nowMs: number): AccountLease {
    const known = this.accounts.get(accountId);
    if (known !== undefined) return known;
    const made = { ...unknownLease(nowMs), accountId, available: 0n, keys: new Map(), pending: null };
    this.accounts.set(accountId, made);
    return made;
  }

  private shortfall(
    account: AccountLease,
    key: KeyLease | null,
    amount: bigint,
    limit: bigint | null,
    nowMs: number,
  ): Shortfall | undefined {
    const lowered = key !== null && limit !== null && limit < key.limit;
    const owes = account.available < 0n;
    const known = account.version > 0n && (key === null || key.version > 0n);
    const need = missing(account, amount);
    const keyNeed = key === null ? 0n : missing(key, amount);
    if (known && !lowered && !owes && need === 0n && keyNeed === 0n && nowMs < this.expiresAtMs) {
      if (key !== null && limit !== null) key.limit = limit;
      return undefined;
    }
    return {
      accountId: account.accountId,
      amountNanoUsd: amount,
      needNanoUsd: need,
      key: key && {
        keyId: key.keyId,
        periodStartMs: key.periodStartMs,
        limitNanoUsd: limit ?? key.limit,
        needNanoUsd: keyNeed,
      },
      giveBackFirst: lowered || owes,
    };
  }
}

function grow(open: Open, byNanoUsd: bigint, nowMs: number): void {
  open.amount += byNanoUsd;
  for (const lease of leasesOf(open)) {
    lease.held += byNanoUsd;
    lease.usedAtMs = nowMs;
  }
}

const leasesOf = ({ account, key }: Open): Lease[] => (key === null ? [account] : [account, key]);

function missing(lease: Lease, amount: bigint): bigint {
  const need = amount - freeOf(lease);
  return need > 0n ? need : 0n;
}

const isIdle = (lease: Lease, idleMs: number, nowMs: number) => nowMs - lease.usedAtMs >= idleMs;

/** What may be given back of a lease. */
function spare(lease: Lease, idleMs: number, nowMs: number): bigint {
  const free = freeOf(lease);
  return free > 0n && isIdle(lease, idleMs, nowMs) ? free : 0n;
}

const keyName = ({ keyId, periodStartMs }: { keyId: string; periodStartMs: number }) =>
  `${keyId} ${periodStartMs}`;

function keyOf(
  account: AccountLease,
  keyId: string,
  budget: { periodStartMs: number; limitNanoUsd?: bigint },
  nowMs: number,
): KeyLease {
  const name = keyName({ keyId, periodStartMs: budget.periodStartMs });
  const known = account.keys.get(name);
  if (known !== undefined) return known;
  // A lease that was found in the database: under which limit it was granted is not known, so any is a lower one.
  const limit = budget.limitNanoUsd ?? ANY_LIMIT;
  const made = { ...unknownLease(nowMs), keyId, periodStartMs: budget.periodStartMs, limit };
  account.keys.set(name, made);
  return made;
}
