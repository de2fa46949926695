import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.ts";
import { redactText, safeError } from "./redact.ts";
import { singleton } from "./singletons.ts";

/** What is known of a part of this process. `waiting`: it ended, and is started again at `nextTryAt`. */
export type PartReport = {
  name: string;
  state: "starting" | "running" | "waiting" | "stopped";
  /** ISO time of the last change of state. */
  since: string;
  /** How often it came back to work after a failure. */
  restarts: number;
  lastError: string | null;
  nextTryAt: string | null;
};

/** One life of a part, from a start to its end. */
export type Life = {
  /** Aborted when the part is to end; `run` then returns. */
  readonly signal: AbortSignal;
  /** The part does its work (again). */
  up(): void;
  /** Waits, at most until the part is to end. */
  pause(ms: number): Promise<void>;
};

export type Part = {
  /** One word per part, the same on every node: it is a label in /metrics and in the console. */
  name: string;
  /** Works until the signal, or until it ends or throws: then it is run again. */
  run(life: Life): Promise<void>;
  firstPauseMs?: number;
  /** The longest pause between two tries, at most five minutes. */
  maxPauseMs?: number;
  /** After so long at work the next failure is a first one again. */
  stableMs?: number;
};

export type Supervised = {
  report(): PartReport;
  /** Ends the part for good; resolves when its run has returned. */
  stop(): Promise<void>;
};

/** Where time, chance and the log come from; tests bring their own. */
export type World = {
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  say(level: "info" | "warn" | "error", fields: object, message: string): void;
};

/** Nothing stays down longer than this for want of a try. */
export const LONGEST_PAUSE_MS = 300_000;
const SAY_EVERY = 20;

/** What a part that keeps itself alive tells of itself; `supervise` does it for all others. */
export type PartHandle = {
  report(): PartReport;
  /** It does its work (again). */
  up(): void;
  /** It failed, for this reason, and tries again after `pauseMs`. */
  failed(error: unknown, pauseMs: number): void;
  /** It ended for good. */
  end(): void;
};

/** Makes a part known to /readyz, /metrics and the console. */
export function trackPart(name: string, world: World = systemWorld): PartHandle {
  const told: PartReport = {
    name,
    state: "starting",
    since: isoTime(world.now()),
    restarts: 0,
    lastError: null,
    nextTryAt: null,
  };
  let failures = 0;

  function turn(state: PartReport["state"]): void {
    if (told.state !== state) told.since = isoTime(world.now());
    told.state = state;
    told.nextTryAt = null;
  }

  parts().add(told);
  return {
    report: () => ({ ...told }),
    up() {
      if (told.state === "running") return;
      if (failures > 0) {
        told.restarts += 1;
        world.say("info", { part: name, failures }, "a part of this node works again");
      }
      failures = 0;
      turn("running");
    },
    failed(error, pauseMs) {
      failures += 1;
      turn("waiting");
      told.lastError = lastWords(error);
      told.nextTryAt = isoTime(world.now() + pauseMs);
      if (failures % SAY_EVERY !== 1) return;
      const fields = { err: error, part: name, failures, pauseMs: Math.round(pauseMs) };
      world.say("error", fields, "a part of this node failed and is started again");
    },
    end() {
      turn("stopped");
      parts().delete(told);
    },
  };
}

/**
 * Keeps a part of this process running: what ends or throws is started again, after pauses that double up to their
 * bound, half of each by chance, so that nodes do not come back together.
 */
export function supervise(part: Part, world: World = systemWorld): Supervised {
  const { firstPauseMs = 100, stableMs = 10_000 } = part;
  const maxPauseMs = Math.min(part.maxPauseMs ?? LONGEST_PAUSE_MS, LONGEST_PAUSE_MS);
  const stopping = new AbortController();
  const { signal } = stopping;
  const handle = trackPart(part.name, world);
  const pause = (ms: number) => world.wait(ms, signal);
  const life: Life = { signal, up: handle.up, pause };

  async function live(): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      const error = await part.run(life).then(
        () => new Error("it ended by itself"),
        (thrown: unknown) => thrown,
      );
      if (signal.aborted) return;
      const { state, since } = handle.report();
      if (state === "running" && world.now() - Date.parse(since) >= stableMs) failures = 1;
      const pauseMs = pauseAfter(failures, firstPauseMs, maxPauseMs, world.random());
      handle.failed(error, pauseMs);
      await pause(pauseMs);
      if (signal.aborted) return;
    }
  }

  const living = live();
  return {
    report: handle.report,
    async stop() {
      stopping.abort();
      await living;
      handle.end();
    },
  };
}

/** How every supervised part of this process is, in the order in which they were started. */
export function partReports(): PartReport[] {
  return [...parts()].map((told) => ({ ...told }));
}

/** The pause before try number `failures` + 1: doubling, at most `maxMs`, the upper half of it by chance (0 to 1). */
export function pauseAfter(failures: number, firstMs: number, maxMs: number, chance: number): number {
  const upTo = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return upTo * (0.5 + chance / 2);
}

function parts(): Set<PartReport> {
  return singleton("supervised-parts", () => new Set<PartReport>());
}

const MOST_WORDS = 200;

function lastWords(error: unknown): string {
  const { message, code } = safeError(error) as { message: string; code?: string };
  const words = message === "" ? (code ?? "unknown") : message;
  return redactText(words).slice(0, MOST_WORDS);
}

const isoTime = (ms: number) => new Date(ms).toISOString();

/** The real clock, chance and log. */
export const systemWorld: World = {
  now: () => Date.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
  random: Math.random,
  say: (level, fields, message) => log()[level](fields, message),
};
