import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { Check, Decision } from "#lib/limits/limiter";
import { memoryLimiter } from "#lib/limits/memory-limiter";
import { nodeLimiter } from "#lib/limits/node-limiter";
import { limitsOf, limitTable } from "#lib/limits/resolve";
import { untilAnswers } from "#lib/limits/testing";
import { connectValkey } from "#lib/limits/valkey/live";
import type { Changes } from "#lib/snapshot/entries";
import { applyChanges, emptySnapshot } from "#lib/snapshot/snapshot";

/**
 * What limits cost: `node_modules/.bin/node --expose-gc bench/limits.ts [--valkey redis://…]`. In this process: a check of
 * 10 limits, found, taken, corrected and released; the memory of a million keys of which 50,000 are active. With Valkey
 * (an own redis-server where none is named): the time that one call waits.
 */
const { values } = parseArgs({ options: { valkey: { type: "string" }, only: { type: "string" } } });

/** Debian's; of Valkey the name is another, the protocol the same. */
const PROGRAM = ["redis", "server"].join("-");

const who = { accountId: randomUUID(), groupId: "default", keyId: randomUUID(), model: "gpt-4o" };
/** Ten limits on one call: the account's and the key's, of several metrics, on the model and on all together. */
const table = limitTable([
  { scope: "key", scopeId: who.keyId, model: null, metric: "rpm", value: 900 },
  ...(["rpm", "tpm", "concurrency"] as const).flatMap((metric) => [
    { scope: "default" as const, scopeId: null, model: "gpt-4o", metric, value: 10_000_000 },
    { scope: "account" as const, scopeId: who.accountId, model: null, metric, value: 20_000_000 },
    { scope: "key" as const, scopeId: who.keyId, model: "gpt-4o", metric, value: 30_000_000 },
  ]),
]);
const amounts = { rpm: 1, tpm: 1_500, tpmAsked: 1_000, concurrency: 1 };

function main(): Promise<void> {
  if (values.only !== "valkey") {
    checkTime();
    memory();
  }
  return valkeyTime();
}

/** Microseconds per call, the middle of several rounds: resolving, taking, correcting, releasing. */
function checkTime(): void {
  const clock = { nowMs: 0 };
  const own = memoryLimiter(() => clock.nowMs);
  const limiter = nodeLimiter({
    own,
    monotonicMs: () => clock.nowMs,
    nodes: () => 1,
    shared: () => undefined,
    together: undefined as never,
    failed: () => undefined,
    patienceMs: 100,
  });
  const checks = limitsOf(who, amounts, table);
  if (checks.length !== 10) throw new Error(`${checks.length} limits, 10 are wanted`);
  const rounds: { take: number; whole: number }[] = [];
  for (let round = 0; round < 15; round += 1) {
    rounds.push({
      take: perCall(200_000, () => {
        clock.nowMs += 70;
        const decision = limiter.take(checks) as Decision;
        if (decision.taken) limiter.release(decision.ticket);
      }),
      whole: perCall(200_000, () => {
        clock.nowMs += 70;
        const decision = limiter.take(limitsOf(who, amounts, table)) as Decision;
        if (!decision.taken) throw new Error("refused");
        limiter.correct(decision.ticket, "tpm", 700);
        limiter.release(decision.ticket);
      }),
    });
  }
  const middle = (pick: (round: (typeof rounds)[number]) => number) =>
    rounds.map(pick).sort((one, other) => one - other)[rounds.length >> 1] ?? 0;
  say("a check of 10 limits, taken and released", `${middle(({ take }) => take).toFixed(2)} µs`);
  say("with finding the limits and correcting tokens", `${middle(({ whole }) => whole).toFixed(2)} µs`);
}

/** A million keys in the gateway's snapshot; 50,000 of them were active in the last minute, each under four limits. */
function memory(): void {
  const before = heldBytes();
  const snapshot = emptySnapshot();
  for (let made = 0; made < 1_000_000; made += 10_000) {
    const keys = Array.from({ length: 10_000 }, keyChange);
    applyChanges(snapshot, { ...NO_CHANGES, keys });
  }
  const known = heldBytes();
  const clock = { nowMs: 0 };
  const limiter = memoryLimiter(() => clock.nowMs);
  let active = 0;
  for (const id of snapshot.keys.keys()) {
    active += 1;
    if (active > 50_000) break;
    const checks = (["rpm", "tpm"] as const).flatMap((metric) =>
      ["a", "k"].map((of) => checkOf(`${of}${id}|*|${metric}`, id, metric)),
    );
    for (let calls = 0; calls < 10; calls += 1) {
      clock.nowMs += 0.1;
      limiter.take(checks);
    }
  }
  const used = heldBytes();
  const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  say(`${snapshot.keys.size.toLocaleString("en")} keys known`, mb(known - before));
  say(
    `50,000 of them active: ${limiter.size().toLocaleString("en")} counters of 10 calls each`,
    mb(used - known),
  );
  say("both together", mb(used - before));
  clock.nowMs += 60_000;
  limiter.sweep();
  say("counters a minute after the last call", String(limiter.size()));
}

function heldBytes(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const NO_CHANGES: Changes = {
  revision: 0n,
  keys: [],
  retiredSecrets: [],
  accounts: [],
  models: [],
  channels: [],
  priceVersions: [],
  settings: [],
  limits: [],
};

function keyChange(): Changes["keys"][number] {
  const [id, accountId] = [randomUUID(), randomUUID()];
  const entry = {
    id,
    accountId,
    name: "Production",
    prefix: `sk-tg-${id.slice(0, 6)}`,
    status: "active",
    groupId: null,
    expiresAtMs: null,
    budget: null,
    models: null,
    allowedCidrs: [],
    deniedCidrs: [],
    cutAtMs: null,
  };
  return { id, hash: createHash("sha256").update(id).digest("hex"), entry };
}

function checkOf(counter: string, owner: string, metric: "rpm" | "tpm"): Check {
  const common = { scope: "default", scopeId: null, model: null, shadow: false } as const;
  return { ...common, counter, owner, metric, limit: 1_000, amount: 1, least: 1 };
}

/** How long a call waits for its 10 limits in Valkey on loopback: one after the other, at steady rates, and 32 at once. */
async function valkeyTime(): Promise<void> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const server =
    values.valkey === undefined
      ? spawn(PROGRAM, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], {
          stdio: "ignore",
        })
      : undefined;
  const connection = connectValkey(values.valkey ?? `redis://127.0.0.1:${port}`, randomUUID());
  const { engine } = connection;
  const checks = limitsOf(who, amounts, table).map((check) => ({ ...check, limit: 1_000_000_000 }));
  /** What most calls meet: an account's requests, tokens and calls at once. */
  const usual = checks.filter(({ scope }) => scope === "account");
  /** As the gateway: it waits for the taking, not for what is told of the call's end. Answers ms. */
  const callOf = (taken: typeof checks) => async (): Promise<number> => {
    const from = performance.now();
    const decision = await engine.take(taken);
    const ms = performance.now() - from;
    if (!decision.taken) throw new Error("refused");
    await Promise.all([engine.correct(decision.ticket, "tpm", 700), engine.release(decision.ticket)]);
    return ms;
  };
  try {
    await untilAnswers(engine);
    const call = callOf(checks);
    await atOnce(8, 20_000, call);
    for (const perSecond of [1_000, 2_000]) {
      const name = `${usual.length} limits in Valkey, ${perSecond.toLocaleString("en")} calls a second`;
      tell(name, await atRate(perSecond, 5, callOf(usual)));
    }
    tell("10 limits in Valkey, one at a time", await atOnce(1, 10_000, call));
    for (const perSecond of [1_000, 2_000, 5_000]) {
      tell(
        `10 limits in Valkey, ${perSecond.toLocaleString("en")} calls a second`,
        await atRate(perSecond, 5, call),
      );
    }
    tell("10 limits in Valkey, 32 at once", await atOnce(32, 60_000, call));
  } finally {
    connection.close();
    server?.kill();
  }
}

type Times = { times: number[]; perSecond: number };

function tell(how: string, { times, perSecond }: Times): void {
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(3)} ms`;
  const served = Math.round(perSecond).toLocaleString("en");
  say(how, `p50 ${at(0.5)}, p99 ${at(0.99)} (${served}/s served)`);
}

/** So many callers, each of whom calls again when it has its answer. */
async function atOnce(callers: number, calls: number, call: () => Promise<number>): Promise<Times> {
  const times: number[] = [];
  const from = performance.now();
  const one = async () => {
    for (let made = 0; made < calls / callers; made += 1) times.push(await call());
  };
  await Promise.all(Array.from({ length: callers }, one));
  return { times, perSecond: (times.length * 1000) / (performance.now() - from) };
}

/** Calls that come by chance (Poisson), so many a second on average, whether or not earlier ones have their answer. */
async function atRate(perSecond: number, seconds: number, call: () => Promise<number>): Promise<Times> {
  const times: number[] = [];
  const running: Promise<unknown>[] = [];
  const from = performance.now();
  const until = from + seconds * 1000;
  for (let next = from; next < until; ) {
    // Those of one millisecond set out together; a loop that never waits would take the server's processor.
    const nowMs = performance.now();
    while (next <= nowMs) {
      running.push(call().then((ms) => times.push(ms)));
      next += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  return { times, perSecond: (times.length * 1000) / (performance.now() - from) };
}

function perCall(calls: number, act: () => void): number {
  const from = performance.now();
  for (let call = 0; call < calls; call += 1) act();
  return ((performance.now() - from) * 1000) / calls;
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(64)} ${figure}\n`);
}

await main();
