import {
  busyRetryMs,
  type Check,
  decisionOf,
  type SharedEngine,
  type Stand,
  type Taken,
  type Ticket,
} from "../limiter.ts";
import { windowMs } from "../metrics.ts";

type Args = readonly (string | number)[];
/** The scripts of script.ts as a connection runs them, `base` their one key. Each may reject. */
export type Scripts = {
  take(base: string, args: Args): Promise<readonly number[]>;
  change(base: string, args: Args): Promise<unknown>;
  renew(base: string, args: Args): Promise<unknown>;
  ping(): Promise<unknown>;
};

type Options = {
  scripts: Scripts;
  /** Tells this process's running calls from others'. */
  processId: string;
  /** The moment in µs for tests; without it the server's own clock counts. */
  nowUs?: () => number;
};

/** What is told of calls' ends in one turn of this process: tokens and places go in one step. */
type Ends = {
  changes: (string | number)[];
  members: string[];
  sent: Promise<unknown> | undefined;
  done: Promise<unknown>;
};

const RENEWED_AT_ONCE = 500;
const CHANGE_WORDS = 4;

/**
 * Counters in Valkey or Redis, by its own clock, shared by every node that is connected to it. Keys carry the account or
 * channel as their hash tag, so that one call's counters lie in one slot of a cluster.
 */
export function valkeyLimiter({ scripts, processId, nowUs }: Options): SharedEngine {
  const places = new Map<number, { base: string; member: string }>();
  const ends = new Map<string, Ends>();
  let calls = 0;
  const moment = () => (nowUs === undefined ? "" : Math.round(nowUs()));
  const nameOf = (call: number) => `${processId}:${call}`;

  async function ask(checks: readonly Check[], taking: boolean): Promise<Asking> {
    calls += 1;
    const call = calls;
    const holders = byHolder(checks);
    const [first] = checks;
    if (first === undefined) return { stands: [], holders, call };
    const base = baseOf(first);
    // What ended before is free for this one. Who told of it hears of its failure.
    const told = ends.get(base);
    if (told !== undefined) send(base, told).catch(() => undefined);
    const args = [moment(), checks.some(isRunning) ? nameOf(call) : "", taking ? 1 : 0, ...askedOf(holders)];
    return { stands: standsOf(await scripts.take(base, args), holders, checks, call), holders, call };
  }

  function endsOf(base: string): Ends {
    const begun = ends.get(base);
    if (begun !== undefined) return begun;
    const done = Promise.resolve().then(() => send(base, told));
    const told: Ends = { changes: [], members: [], sent: undefined, done };
    ends.set(base, told);
    return told;
  }

  function send(base: string, told: Ends): Promise<unknown> {
    if (told.sent !== undefined) return told.sent;
    ends.delete(base);
    const { changes, members } = told;
    told.sent = scripts.change(base, [moment(), changes.length / CHANGE_WORDS, ...changes, ...members]);
    return told.sent;
  }

  async function change(ticket: Ticket, by: (check: Check) => number): Promise<void> {
    let told: Ends | undefined;
    for (const { check, by: counting, cell } of ticket) {
      const delta = by(check);
      if (counting !== "valkey" || isRunning(check) || delta === 0) continue;
      told ??= endsOf(baseOf(check));
      const { holder, field } = partsOf(check);
      told.changes.push(holder, field, cell, delta);
    }
    await told?.done;
  }

  async function release(ticket: Ticket): Promise<void> {
    const running = ticket.find(({ check, by }) => by === "valkey" && isRunning(check));
    const place = running && places.get(running.cell);
    if (running === undefined || place === undefined) return;
    places.delete(running.cell);
    const told = endsOf(place.base);
    told.members.push(place.member);
    await told.done;
  }

  return {
    by: "valkey",
    async take(checks) {
      const { stands, holders, call } = await ask(checks, true);
      const decision = decisionOf(checks, stands, "valkey");
      const running = decision.taken ? decision.ticket.filter(({ check }) => isRunning(check)) : [];
      const [first] = running;
      if (first !== undefined)
        places.set(call, { base: baseOf(first.check), member: memberOf(nameOf(call), running, holders) });
      return decision;
    },
    async levels(checks) {
      const { stands } = await ask(checks, false);
      return checks.map((check, index) => ({
        check,
        used: stands[index]?.used ?? 0,
        resetMs: stands[index]?.resetMs ?? 0,
      }));
    },
    async correct(ticket, metric, amount) {
      await change(ticket, (check) => (check.metric === metric ? amount - check.amount : 0));
    },
    async cancel(ticket) {
      await Promise.all([change(ticket, (check) => -check.amount), release(ticket)]);
    },
    release,
    async ping() {
      await scripts.ping();
    },
    async renew() {
      const calls = [...places.keys()];
      for (let from = 0; from < calls.length; from += RENEWED_AT_ONCE) {
        // Looked up only now: a place that was released meanwhile must not come back.
        const some = calls.slice(from, from + RENEWED_AT_ONCE).flatMap((call) => places.get(call) ?? []);
        const byBase = Map.groupBy(some, ({ base }) => base);
        await Promise.all(
          [...byBase].map(([base, theirs]) =>
            scripts.renew(base, [moment(), ...theirs.map(({ member }) => member)]),
          ),
        );
      }
    },
  };
}

const isRunning = ({ metric }: Check) => metric === "concurrency";

type Asked = { index: number; field: string; check: Check };
/** Checks by their holder (account, key or channel): that is the order in which a script is told of them and answers. */
type Holders = ReadonlyMap<string, readonly Asked[]>;
type Asking = { stands: Stand[]; holders: Holders; call: number };

function byHolder(checks: readonly Check[]): Holders {
  const holders = new Map<string, Asked[]>();
  for (const [index, check] of checks.entries()) {
    const { holder, field } = partsOf(check);
    const asked = holders.get(holder);
    if (asked === undefined) holders.set(holder, [{ index, field, check }]);
    else asked.push({ index, field, check });
  }
  return holders;
}

function askedOf(holders: Holders): (string | number)[] {
  const args: (string | number)[] = [];
  for (const [holder, asked] of holders) {
    args.push(holder, asked.length);
    for (const { field } of asked) args.push(field);
    args.push("~");
    for (const { check } of asked) {
      const kind = isRunning(check) ? "c" : "w";
      args.push(check.shadow ? kind.toUpperCase() : kind, check.limit, check.amount);
    }
  }
  return args;
}

/** The script's figures (see there), in the order of `checks`. */
function standsOf(
  [taken, ...figures]: readonly number[],
  holders: Holders,
  checks: readonly Check[],
  call: number,
): Stand[] {
  const each = taken === 1 ? 2 : 3;
  if (figures.length !== checks.length * each) throw new Error("the engine's answer has another length");
  const stands = new Array<Stand>(checks.length);
  let at = 0;
  for (const { index, check } of [...holders.values()].flat()) {
    const [used = 0, second = 0, wait = 0] = figures.slice(at, at + each);
    stands[index] = taken === 1 ? takenStand(check, used, second, call) : refusedStand(used, second, wait);
    at += each;
  }
  return stands;
}

function takenStand(check: Check, used: number, cell: number, call: number): Stand {
  const resetMs = isRunning(check) ? 0 : windowMs;
  return { used, resetMs, waitMs: cell < 0 ? busyRetryMs : 0, cell: isRunning(check) ? call : cell };
}

function refusedStand(used: number, reset: number, wait: number): Stand {
  return { used, resetMs: reset / 1000, waitMs: wait < 0 ? null : wait / 1000, cell: 0 };
}

/** A running call's name and the counters that it stands in, as the script writes them. */
function memberOf(name: string, running: readonly Taken[], holders: Holders): string {
  const counted = new Set(running.map(({ check }) => check));
  let member = name;
  for (const [holder, asked] of holders) {
    for (const { field, check } of asked) if (counted.has(check)) member += `\n${holder}|${field}`;
  }
  return member;
}

const baseOf = ({ owner }: Check) => `tollgate:limits:{${owner}}`;

/** A counter's holder (account, key or channel), and which of its counters. */
function partsOf({ counter }: Check): { holder: string; field: string } {
  const bar = counter.indexOf("|");
  if (bar < 0) return { holder: counter, field: "" };
  return { holder: counter.slice(0, bar), field: counter.slice(bar + 1) };
}
