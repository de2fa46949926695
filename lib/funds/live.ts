import type pg from "pg";
import type { Clock } from "#lib/core/time";
import { listenTo } from "#lib/db/listen";
import { log } from "#lib/runtime/log";
import { supervise } from "#lib/runtime/supervise";
import type { Funds, FundsAnswer } from "./funds.ts";
import { createHoldPublisher } from "./hold-publisher.ts";
import { type Bank, Lane } from "./lane.ts";
import type { LeaseState } from "./lease.ts";
import { LeaseBook, type Shortfall, type Unflushed } from "./lease-book.ts";
import {
  DatabaseAway,
  forgetHolds,
  type LeaseNode,
  openNode,
  readNodeLeases,
  recallChannel,
  recallLeases,
  refillLease,
  renewNode,
  returnLease,
  tellHolds,
} from "./lease-store.ts";

export type LeasePolicy = {
  /** How long money in memory may be spent without word from the database. */
  ttlMs: number;
  /** What was not used for so long goes back. */
  idleMs: number;
  /** How long a call waits for other nodes' idle money before it is refused. */
  recallWaitMs: number;
  /** A slice is an eighth of what is available, at most this, at least the hold. */
  mostNanoUsd: bigint;
  /** How long a call waits for the database before it is `overloaded`. */
  databaseWaitMs: number;
  tickMs: number;
  /** How often the database hears that this node lives. */
  renewMs: number;
  /** How often the database hears what running calls hold, for other nodes to show. */
  publishMs: number;
};

const POLICY: LeasePolicy = {
  ttlMs: 30_000,
  // Short, so that what nobody uses is seen as available within two seconds.
  idleMs: 1_000,
  recallWaitMs: 150,
  mostNanoUsd: 5_000_000_000n,
  databaseWaitMs: 2_000,
  tickMs: 500,
  renewMs: 5_000,
  publishMs: 1_000,
};

export type LeasedFunds = Funds & {
  /** What running calls of an account hold in this node's memory. */
  heldBy(accountId: string): bigint;
  /** What spendLeases returned, after the flush was committed. An answer that was lost does no harm. */
  flushed(states: readonly LeaseState[]): void;
  /** Renews and gives back what is idle; runs by itself every `tickMs`. */
  tick(): Promise<void>;
  /** Whether other nodes' recalls arrive here now. */
  listening(): boolean;
  /** Admits nothing more and gives back what is free: after the spool was flushed, before the pool ends. */
  stop(): Promise<void>;
};

type Options = {
  pool: pg.Pool;
  /** Who this node is, for good: no two processes may have one id at a time. */
  nodeId: string;
  /** A connection for LISTEN, not connected yet. */
  directClient: () => pg.Client;
  clock: Clock;
  /** What the spool holds from before this start; read before it is flushed any further. */
  unflushed?: readonly Unflushed[];
  policy?: Partial<LeasePolicy>;
};

/**
 * The leased engine: holds are taken from slices of money that this node has leased, in memory; the database is asked
 * only when a slice does not suffice. While it is away, calls that fit into a slice go on for `ttlMs`. Rejects if the
 * node's leases cannot be read.
 */
export async function leasedFunds({ unflushed = [], ...options }: Options): Promise<LeasedFunds> {
  const { pool, nodeId, clock } = options;
  const policy = { ...POLICY, ...options.policy };
  const node: LeaseNode = { pool, nodeId, waitMs: policy.databaseWaitMs };
  const book = new LeaseBook();
  const nowMs = () => clock.monotonicMs();
  const session = createSession(node, book, nowMs, policy.ttlMs);
  await session.start(unflushed);
  const giveBack = createGiveBack(node, book, nowMs, session);
  // While it is lost, money that is idle here goes back with the next tick.
  const listener = listenTo({
    part: "recall-listener",
    channel: recallChannel,
    connect: options.directClient,
    onPayload(payload) {
      const [from, accountId] = payload.split(" ");
      if (from !== nodeId && accountId !== undefined) giveBack(accountId, 0).catch(warn);
    },
  });
  const bank: Bank = {
    nowMs,
    recallWaitMs: policy.recallWaitMs,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ready: session.ready,
    async refill(short, wishNanoUsd, keyWishNanoUsd) {
      const slice = { wishNanoUsd, keyWishNanoUsd, mostNanoUsd: policy.mostNanoUsd };
      try {
        const answer = await refillLease(node, session.epoch(), short, slice);
        if (answer.kind === "fenced") session.doubt();
        return answer;
      } catch (error) {
        // It may have happened: then more is leased than is known here.
        session.doubt();
        throw error;
      }
    },
    take(short, states) {
      book.learn(states, nowMs());
      if (short.key !== null) book.granted(short.key, short.accountId);
    },
    giveBack: (accountId) => giveBack(accountId, 0),
    recall: (accountId) => void recallLeases(node, accountId).catch(warn),
  };
  const lanes = new Map<string, Lane>();
  let stopped = false;

  /** In memory if it fits, else in the queue of its account and key. */
  function take(attempt: () => "ok" | "gone" | Shortfall): "ok" | "gone" | Promise<FundsAnswer | "gone"> {
    const result = attempt();
    return typeof result === "string" ? result : borrow(attempt, result);
  }

  async function borrow(
    attempt: () => "ok" | "gone" | Shortfall,
    result: Shortfall,
  ): Promise<FundsAnswer | "gone"> {
    if (stopped) return "overloaded";
    const name = `${result.accountId} ${result.key?.keyId ?? ""} ${result.key?.periodStartMs ?? ""}`;
    const lane = lanes.get(name) ?? new Lane(bank, (error) => error instanceof DatabaseAway);
    lanes.set(name, lane);
    const answer = await lane.wait(attempt, result);
    if (lane.isIdle()) lanes.delete(name);
    return answer;
  }

  const publisher = createHoldPublisher({
    held: () => book.held(),
    tell: (changes) => tellHolds(node, changes),
    forget: () => forgetHolds(node),
  });
  let renewedAtMs = nowMs();
  let publishedAtMs = Number.NEGATIVE_INFINITY;
  async function tick(): Promise<void> {
    // In doubt as well: nothing is given back that could not be known to have arrived, and all stands again at once.
    if (nowMs() - renewedAtMs >= policy.renewMs || session.isDoubtful()) {
      await session.renew();
      renewedAtMs = nowMs();
    }
    if (nowMs() - publishedAtMs >= policy.publishMs) {
      await publisher.publish();
      publishedAtMs = nowMs();
    }
    await each(book.idleAccounts(policy.idleMs, nowMs()), (accountId) => giveBack(accountId, policy.idleMs));
  }

  const keeper = supervise({
    name: "leases",
    // A lease that is not renewed cannot be spent: better soon again.
    maxPauseMs: 2_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await pause(policy.tickMs);
        if (!signal.aborted) await tick();
        up();
      }
    },
  });

  return {
    hold(request) {
      const answer = take(() => book.hold(request, nowMs()));
      return typeof answer === "string" ? held(answer) : answer.then(held);
    },
    extend: (requestId, byNanoUsd, budgetNanoUsd) =>
      take(() => book.extend(requestId, byNanoUsd, budgetNanoUsd, nowMs())),
    settled: (requestId, costNanoUsd) => void book.settle(requestId, costNanoUsd),
    heldBy: (accountId) => book.heldBy(accountId),
    flushed: (states) => book.learn(states, nowMs()),
    listening: () => listener.report().state === "running",
    tick,
    async stop() {
      stopped = true;
      await Promise.all([keeper.stop(), listener.stop()]);
      await each(book.idleAccounts(0, nowMs()), (accountId) => giveBack(accountId, 0)).catch(warn);
      await publisher.clear().catch(warn);
    },
  };
}

/** A call that is not there yet cannot be gone. */
const held = (answer: FundsAnswer | "gone"): FundsAnswer => (answer === "gone" ? "overloaded" : answer);

type Session = {
  start(unflushed: readonly Unflushed[]): Promise<void>;
  epoch(): bigint;
  /** Resolves when leases may be spent: at once, or after a renewal. */
  ready(): Promise<void>;
  renew(): Promise<void>;
  /** An answer was lost or refused: leases are read again, under a new epoch, before more is asked for. */
  doubt(): void;
  isDoubtful(): boolean;
};

/** This node's standing with the database: its epoch, and until when its leases may be spent. */
function createSession(node: LeaseNode, book: LeaseBook, nowMs: () => number, ttlMs: number): Session {
  let epoch = 0n;
  let doubts = 0;
  let doubtsSettled = 0;
  let joining: Promise<void> | undefined;

  async function restart(unflushed: readonly Unflushed[]): Promise<void> {
    const seen = doubts;
    const sentAtMs = nowMs();
    const next = await openNode(node);
    const known = [...book.known(), ...unflushed.map(({ accountId }) => accountId)];
    const states = await readNodeLeases(node, known);
    // Not before: what is given back while this is read must not happen under the epoch that it is read for.
    epoch = next;
    book.restart(states, unflushed, nowMs());
    book.expiresAtMs = sentAtMs + ttlMs;
    doubtsSettled = seen;
  }

  async function renewNow(): Promise<void> {
    const sentAtMs = nowMs();
    // The time is that of sending: the database's own reckoning of this node's silence starts later.
    if (doubts === doubtsSettled && (await renewNode(node, epoch))) book.expiresAtMs = sentAtMs + ttlMs;
    else await restart([]);
  }

  async function renew(): Promise<void> {
    joining ??= renewNow().finally(() => {
      joining = undefined;
    });
    await joining;
  }

  return {
    start: restart,
    epoch: () => epoch,
    renew,
    async ready() {
      if (doubts !== doubtsSettled || nowMs() >= book.expiresAtMs) await renew();
    },
    doubt() {
      doubts += 1;
    },
    isDoubtful: () => doubts !== doubtsSettled,
  };
}

/** One give-back of an account at a time; whoever asks for another meanwhile waits for that one. */
function createGiveBack(node: LeaseNode, book: LeaseBook, nowMs: () => number, session: Session) {
  const running = new Map<string, Promise<void>>();

  async function run(accountId: string, idleMs: number): Promise<void> {
    const back = book.giveBack(accountId, idleMs, nowMs());
    if (back === null) return;
    try {
      const states = await returnLease(node, session.epoch(), back);
      if (states.length > 0) book.givenBack(back, states, nowMs());
      else session.doubt();
    } catch (error) {
      session.doubt();
      throw error;
    }
  }

  return async (accountId: string, idleMs: number): Promise<void> => {
    const before = running.get(accountId);
    if (before !== undefined) return before;
    const mine = run(accountId, idleMs).finally(() => running.delete(accountId));
    running.set(accountId, mine);
    await mine;
  };
}

const PARALLEL = 8;

async function each(ids: string[], work: (id: string) => Promise<void>): Promise<void> {
  const next = ids.values();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (const id of next) await work(id);
    }),
  );
}

function warn(error: unknown): void {
  log().warn({ err: error }, "leases could not be renewed, recalled or given back");
}
