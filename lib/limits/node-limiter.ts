import type { Check, Decision, Level, Limiter, SharedEngine } from "./limiter.ts";
import type { MemoryLimiter } from "./memory-limiter.ts";
import { windowMs } from "./metrics.ts";
import { cutGuess } from "./resolve.ts";

/** Limits below this many per live node are too small to be divided: nodes count them together. */
export const countedTogetherBelow = 20;

/** Where limits are counted now. `away`: the engine that nodes share does not answer, so this node counts by itself. */
export type CountingState = {
  by: "node" | "valkey" | "postgres";
  away: boolean;
  nodes: number;
};

type Parts = {
  own: MemoryLimiter;
  monotonicMs(): number;
  /** Live nodes, this one included. */
  nodes(): number;
  /** Valkey or Redis, where there is one; counts everything. */
  shared(): SharedEngine | undefined;
  /** Counts what is too small to be divided, where there is no Valkey and more than one node. */
  together: SharedEngine;
  /** The engine that nodes share does not answer. */
  failed(engine: SharedEngine, error: unknown): void;
  /** How long an answer is waited for before this node counts by itself, ms. */
  patienceMs: number;
};

export type NodeLimiter = Limiter & {
  state(): CountingState;
  /** The engine was found not to answer. */
  lost(engine: SharedEngine, error: unknown): void;
  /** The engine answers again. */
  returned(engine: SharedEngine): void;
};

/**
 * How a node counts: alone in this process, at once; with others in Valkey; without one, small limits together in
 * Postgres and large ones a share each. While what nodes share is away each goes by its own counts, which it keeps all
 * along; for a minute after the return both count, so that what was admitted meanwhile is not forgotten.
 */
export function nodeLimiter(parts: Parts): NodeLimiter {
  const { own } = parts;
  const away = new Set<SharedEngine>();
  const returnedAtMs = new WeakMap<SharedEngine, number>();

  function fail(engine: SharedEngine, error: unknown): void {
    away.add(engine);
    parts.failed(engine, error);
  }

  async function takeShared(engine: SharedEngine, checks: readonly Check[]): Promise<Decision> {
    if (away.has(engine)) return own.take(checks);
    const isFresh = parts.monotonicMs() - (returnedAtMs.get(engine) ?? Number.NEGATIVE_INFINITY) < windowMs;
    const first = isFresh ? own.take(checks) : undefined;
    if (first?.taken === false) return first;
    const asked = engine.take(checks);
    let decision: Decision;
    try {
      decision = await within(asked, parts.patienceMs);
    } catch (error) {
      fail(engine, error);
      // An answer that comes too late has taken a place that nobody would give back.
      asked.then((late) => late.taken && forget(engine.release(late.ticket))).catch(ignore);
      return first ?? own.take(checks);
    }
    if (!decision.taken) {
      if (first?.taken === true) own.cancel(first.ticket);
      return decision;
    }
    const noted = first?.ticket ?? own.note(decision.ticket.map(({ check }) => check));
    return { ...decision, ticket: [...decision.ticket, ...noted] };
  }

  /** Without Valkey: a share of what is large, here and at once; then what is small, together with the others. */
  function takeDivided(checks: readonly Check[], nodes: number): Decision | Promise<Decision> {
    const { small, large } = divide(checks, nodes);
    const mine: Decision = own.take(large.map(({ share }) => share));
    const told = inFull(mine, large);
    if (!told.taken || small.length === 0) return told;
    return takeShared(parts.together, small).then((decision) => {
      if (!decision.taken) {
        own.cancel(told.ticket);
        return { ...decision, levels: [...told.levels, ...decision.levels] };
      }
      return {
        taken: true,
        ticket: [...told.ticket, ...decision.ticket],
        levels: [...told.levels, ...decision.levels],
        shadowed: [...told.shadowed, ...decision.shadowed],
      };
    });
  }

  async function levelsShared(engine: SharedEngine, checks: readonly Check[]): Promise<readonly Level[]> {
    if (checks.length === 0 || away.has(engine)) return own.levels(checks);
    try {
      return await within(engine.levels(checks), parts.patienceMs);
    } catch (error) {
      fail(engine, error);
      return own.levels(checks);
    }
  }

  /** For every engine that may hold a part of a ticket: what it does not hold it leaves alone. */
  function everywhere(act: (engine: SharedEngine) => Promise<void>): void {
    for (const engine of [parts.shared(), parts.together]) {
      if (engine !== undefined && !away.has(engine)) forget(act(engine));
    }
  }

  return {
    take(checks) {
      const engine = parts.shared();
      if (engine !== undefined) return takeShared(engine, checks);
      const nodes = parts.nodes();
      return nodes <= 1 ? own.take(checks) : takeDivided(checks, nodes);
    },
    cancel(ticket) {
      own.cancel(ticket);
      if (isShared(ticket)) everywhere((engine) => engine.cancel(ticket));
    },
    correct(ticket, metric, amount) {
      own.correct(ticket, metric, amount);
      if (isShared(ticket)) everywhere((engine) => engine.correct(ticket, metric, amount));
    },
    release(ticket) {
      own.release(ticket);
      if (isShared(ticket)) everywhere((engine) => engine.release(ticket));
    },
    levels(checks) {
      const engine = parts.shared();
      if (engine !== undefined) return levelsShared(engine, checks);
      const nodes = parts.nodes();
      if (nodes <= 1) return own.levels(checks);
      return levelsDivided(checks, nodes);
    },
    state() {
      const nodes = Math.max(1, parts.nodes());
      const engine = parts.shared() ?? (nodes > 1 ? parts.together : undefined);
      if (engine === undefined) return { by: "node", away: false, nodes };
      return { by: engine.by === "valkey" ? "valkey" : "postgres", away: away.has(engine), nodes };
    },
    lost: fail,
    returned(engine) {
      if (away.delete(engine)) returnedAtMs.set(engine, parts.monotonicMs());
    },
  };

  async function levelsDivided(checks: readonly Check[], nodes: number): Promise<readonly Level[]> {
    const { small, large } = divide(checks, nodes);
    const mine = own.levels(large.map(({ share }) => share)).map((level) => wholeOf(level, large));
    const theirs = await levelsShared(parts.together, small);
    const byCheck = new Map([...mine, ...theirs].map((level) => [level.check, level]));
    return checks.flatMap((check) => byCheck.get(check) ?? []);
  }
}

type Share = { check: Check; share: Check };

function divide(checks: readonly Check[], nodes: number): { small: Check[]; large: Share[] } {
  const small: Check[] = [];
  const large: Share[] = [];
  for (const check of checks) {
    if (check.limit < countedTogetherBelow * nodes) small.push(check);
    else {
      const limit = Math.floor(check.limit / nodes);
      large.push({ check, share: { ...check, limit, amount: cutGuess(check.amount, check.least, limit) } });
    }
  }
  return { small, large };
}

/** A decision about shares, told of the limits themselves: the room is this node's, the limit is the caller's. */
function inFull(decision: Decision, large: readonly Share[]): Decision {
  const levels = decision.levels.map((level) => wholeOf(level, large));
  if (!decision.taken) return { ...decision, level: wholeOf(decision.level, large), levels };
  return { ...decision, levels };
}

function wholeOf({ check, used, resetMs }: Level, large: readonly Share[]): Level {
  const whole = large.find(({ share }) => share === check)?.check ?? check;
  return { check: whole, used: whole.limit - Math.max(0, check.limit - used), resetMs };
}

const isShared = (ticket: readonly { by: string }[]) => ticket.some(({ by }) => by !== "node");

/** The engine's own trouble is noticed by the next taking; nothing hangs on this answer. */
const forget = (done: Promise<void>) => void done.catch(ignore);
function ignore(): void {}

/**
 * Rejects when an answer takes longer than `ms`. After a pause of this process itself its timers come first: an answer
 * that has arrived meanwhile is read before the time is called up.
 */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no answer within ${ms} ms`));
    const timer = setTimeout(() => setImmediate(late), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
