import { randomUUID } from "node:crypto";
import type pg from "pg";
import { systemClock } from "#lib/core/time";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { clearSingleton, peekSingleton, setSingleton } from "#lib/runtime/singletons";
import { supervise } from "#lib/runtime/supervise";
import { postgresLimiter, tidyCounters } from "./counter-store.ts";
import type { Check, Level, SharedEngine } from "./limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";
import { type LimitMeter, limitMeter } from "./meter-live.ts";
import { type CountingState, type NodeLimiter, nodeLimiter, within } from "./node-limiter.ts";
import { addPeaks } from "./peak-store.ts";
import { ConcurrencyPeaks, type Peak } from "./peaks.ts";
import { addRefusals, forgetRefusals } from "./refusal-store.ts";
import { findServerUrl } from "./server-store.ts";
import { connectValkey, type ValkeyConnection } from "./valkey/live.ts";

const LOOK_EVERY_MS = 250;
/** So long a call waits for the engine that nodes share before this node counts by itself. */
const PATIENCE_MS = 400;
const RENEW_EVERY_MS = 10_000;
const TIDY_EVERY_MS = 5_000;
const REFUSALS_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;
/** While the database is away; older peaks than these are given up. */
const MOST_UNWRITTEN = 100_000;

type Options = {
  pool: pg.Pool;
  nodeId: string;
  /** Database-corrected wall clock, ms epoch. */
  now(): number;
  /** Live nodes, this one included. */
  nodes(): number;
  /** The revision of the configuration that this node has: with it the server's address may have changed. */
  revision(): bigint;
};

type Running = {
  limiter: NodeLimiter;
  meter: LimitMeter;
  /** Reads the server's address again, and goes by it. */
  adopt(): Promise<void>;
};

/** Counts limits for this process; alone, or with others as node-limiter.ts says. */
export function startLimits({ pool, nodeId, now, nodes, revision }: Options) {
  const own = memoryLimiter(() => systemClock.monotonicMs());
  const together = postgresLimiter(pool);
  let connection: (ValkeyConnection & { url: string }) | undefined;
  let adopted: bigint | undefined;
  const limiter = nodeLimiter({
    own,
    monotonicMs: () => systemClock.monotonicMs(),
    nodes,
    shared: () => connection?.engine,
    together,
    failed: (engine, err) => log().debug({ err, engine: engine.by }, "limits are counted by this node alone"),
    patienceMs: PATIENCE_MS,
  });
  const meter = limitMeter(() => limiter.state());
  const peaks = new ConcurrencyPeaks((check) => own.levels([check])[0]?.used ?? 0);
  let unwritten: Peak[] = [];

  /** Writes the minutes that are over; what cannot be written now is tried again. */
  async function writePeaks(early = false): Promise<void> {
    unwritten.push(...peaks.take(now(), early));
    if (unwritten.length === 0) return;
    unwritten = unwritten.slice(-MOST_UNWRITTEN);
    await addPeaks(pool, nodeId, unwritten);
    unwritten = [];
  }

  async function adopt(): Promise<void> {
    const known = revision();
    const url = (await findServerUrl(pool)) ?? config().redisUrl;
    adopted = known;
    if (url === connection?.url) return;
    connection?.close();
    connection = url === undefined ? undefined : { ...connectValkey(url, randomUUID()), url };
  }

  /** The engine that nodes share answers, or this throws. */
  async function look(renew: boolean): Promise<void> {
    const engine = sharedNow();
    if (engine === undefined) return;
    try {
      await within(engine.ping(), PATIENCE_MS);
      limiter.returned(engine);
      if (renew) await engine.renew();
    } catch (error) {
      limiter.lost(engine, error);
      throw error;
    }
  }

  function sharedNow(): SharedEngine | undefined {
    return connection?.engine ?? (nodes() > 1 ? together : undefined);
  }

  const looking = supervise({
    name: ENGINE_PART,
    maxPauseMs: 500,
    async run({ signal, up, pause }) {
      let renewedAtMs = Number.NEGATIVE_INFINITY;
      while (!signal.aborted) {
        // Without the database the address that is known stays.
        if (adopted !== revision())
          await adopt().catch((err) => log().warn({ err }, "the limit server is not known"));
        const nowMs = systemClock.monotonicMs();
        const isDue = nowMs - renewedAtMs >= RENEW_EVERY_MS;
        await look(isDue);
        if (isDue) renewedAtMs = nowMs;
        up();
        await pause(LOOK_EVERY_MS);
      }
    },
  });
  const tidying = supervise({
    name: "limit-counts",
    maxPauseMs: 30_000,
    async run({ signal, up, pause }) {
      let [tidiedAtMs, forgotAtMs] = [systemClock.monotonicMs(), Number.NEGATIVE_INFINITY];
      while (!signal.aborted) {
        const nowMs = systemClock.monotonicMs();
        if (nowMs - tidiedAtMs >= TIDY_EVERY_MS) {
          own.sweep();
          tidiedAtMs = nowMs;
          if (nodes() > 1) await tidyCounters(pool);
        }
        await meter.flush((counts) => addRefusals(pool, counts));
        await writePeaks();
        if (nowMs - forgotAtMs >= FORGET_EVERY_MS) {
          await forgetRefusals(pool);
          forgotAtMs = nowMs;
        }
        up();
        await pause(REFUSALS_EVERY_MS);
      }
    },
  });
  setSingleton<Running>("limits", { limiter, meter, adopt });
  return {
    limiter,
    meter,
    peaks,
    async stop(): Promise<void> {
      await Promise.all([looking.stop(), tidying.stop()]);
      await meter.flush((counts) => addRefusals(pool, counts)).catch(() => undefined);
      await writePeaks(true).catch(() => undefined);
      connection?.close();
      clearSingleton("limits");
    },
  };
}

/** The part of a node that waits while the engine that nodes share is away. */
export const ENGINE_PART = "limit-engine";

/** Goes by the server that is entered now; nothing to do where no gateway runs. */
export async function adoptLimitServer(): Promise<void> {
  await peekSingleton<Running>("limits")?.adopt();
}

/** How this node counts; nothing is counted before the gateway runs. */
export function countingState(): CountingState | undefined {
  return peekSingleton<Running>("limits")?.limiter.state();
}

/** How limits stand now; nothing is counted before the gateway runs. */
export async function currentLevels(checks: readonly Check[]): Promise<readonly Level[]> {
  const limiter = peekSingleton<Running>("limits")?.limiter;
  if (limiter === undefined || checks.length === 0) return [];
  const byOwner = Map.groupBy(checks, ({ owner }) => owner);
  return (await Promise.all([...byOwner.values()].map((owned) => limiter.levels(owned)))).flat();
}
