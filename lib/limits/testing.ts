import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import type { Check, SharedEngine } from "./limiter.ts";
import type { Metric } from "./metrics.ts";
import { answersAt } from "./valkey/live.ts";

/** A check on model "m" of account "a". */
export function checkOf(metric: Metric, limit: number, amount = 1, more: Partial<Check> = {}): Check {
  return {
    counter: `c|${metric}`,
    owner: "a",
    metric,
    scope: "default",
    scopeId: null,
    model: "m",
    limit,
    amount,
    least: amount,
    shadow: false,
    ...more,
  };
}

/** A Redis server of a test's own, in memory only. */
export type TestRedis = {
  url: string;
  /** As a crash. */
  kill(): Promise<void>;
  /** Stops and continues the process: it holds its connections and says nothing. */
  freeze(): void;
  thaw(): void;
  /** After `kill`: at the same address, with nothing in it. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const PROGRAM = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Whether this machine has a server to test with. Where it has none, those tests are skipped, and say so. */
export const hasRedis = PROGRAM !== undefined;
if (!hasRedis)
  process.stderr.write(
    "\nSKIPPED: neither valkey-server nor redis-server is installed, so that counting in Valkey is not tested.\n\n",
  );

/** Starts a server on a free port of 127.0.0.1. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child = await startedAt(port, url);
  return {
    url,
    kill: () => ended(child, "SIGKILL"),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async restart() {
      child = await startedAt(port, url);
    },
    stop: () => ended(child, "SIGKILL"),
  };
}

/** Waits for an engine's first connection. */
export async function untilAnswers(engine: SharedEngine): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const answers = await engine.ping().then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (tries === 200) throw new Error("the engine does not answer");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function startedAt(port: number, url: string): Promise<ChildProcess> {
  if (PROGRAM === undefined) throw new Error("there is no redis-server");
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(PROGRAM, [...options, "--daemonize", "no"], { stdio: "ignore" });
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await answersAt(url)) === undefined) return child;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill("SIGKILL");
  throw new Error("redis-server did not start");
}

async function ended(child: ChildProcess, signal: "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exit;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** The most moments that lie in any window of 60 s; `sorted` in ms. */
export function busiestMinute(sorted: readonly number[]): number {
  let [from, most] = [0, 0];
  for (let to = 0; to < sorted.length; to += 1) {
    while ((sorted[from] ?? 0) <= (sorted[to] ?? 0) - 60_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** Reproducible chance in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
