import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { disableDrained } from "#lib/channels/service";
import { isUuid } from "#lib/core/shapes";
import { systemClock } from "#lib/core/time";
import { pool } from "#lib/db/pool";
import { startLimits } from "#lib/limits/live";
import { ensureLogPartitions } from "#lib/logs/partition-store";
import { openAiCompatible } from "#lib/providers/send";
import { simulator } from "#lib/providers/simulator";
import type { Health } from "#lib/routing/health";
import { startHealth } from "#lib/routing/live";
import { registerApplier } from "#lib/runtime/applied";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { clientIp } from "#lib/runtime/peer";
import { shutdown } from "#lib/runtime/shutdown";
import { peekSingleton, setSingleton } from "#lib/runtime/singletons";
import { supervise } from "#lib/runtime/supervise";
import { deriveKey, open } from "#lib/secrets/live";
import { type LiveSnapshot, startSnapshot } from "#lib/snapshot/live";
import { taskStore } from "#lib/tasks/store";
import { countTokens } from "./count-tokens.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Engine, startEngine } from "./engine/live.ts";
import type { Answer, Incoming } from "./exchange.ts";
import { handle } from "./handle.ts";
import { createOutputHistory } from "./output-history.ts";
import { createProber } from "./prober.ts";
import { createRefusals, type Refusals } from "./refusals.ts";
import { createTaskPoller } from "./tasks/poller.ts";
import { type ChannelTestResult, type TestedPart, testChannel } from "./test-channel.ts";
import { MAX_SKEW_MS, startUpkeep } from "./upkeep/live.ts";
import { Watches } from "./watch.ts";
import { fromRequest, toResponse } from "./web-exchange.ts";

/** Bound once, so that both copies of this module (the server's and Next's) run the same code. */
type Running = {
  handle(incoming: Incoming): Promise<Answer>;
  testChannel(channelId: string, what: TestedPart): Promise<ChannelTestResult>;
};

const MAX_BODIES_BYTES = 1 << 30;
const MAX_SNAPSHOT_AGE_MS = 30_000;
const LAST_WORDS_MS = 5_000;
const PARTITION_EVERY_MS = 3_600_000;
const PROBE_TICK_MS = 500;
const TASK_TICK_MS = 1_000;
const REFUSALS_EVERY_MS = 1_000;

/** The gateway: both mounts call it. 503 until the runtime has started. */
export function answerIncoming(incoming: Incoming): Promise<Answer> {
  const running = peekSingleton<Running>("gateway");
  return running === undefined ? Promise.resolve(NOT_YET) : running.handle(incoming);
}

const NOT_YET: Answer = { status: 503, headers: {}, body: "the gateway is starting" };

/** The same as a function of a web Request, for Next's route handlers. */
export async function gateway(request: Request): Promise<Response> {
  return toResponse(await answerIncoming(fromRequest(request)));
}

/** One small call through a channel, from the node that answers: what came back, never the body. */
export async function testChannelNow(channelId: string, what: TestedPart): Promise<ChannelTestResult> {
  const running = peekSingleton<Running>("gateway");
  if (running === undefined)
    return {
      ok: false,
      status: null,
      errorClass: "gateway_not_running",
      latencyMs: 0,
      by: null,
      model: null,
    };
  return running.testChannel(channelId, what);
}

export type Runtime = {
  /** Who this process is to the database, as long as its DATA_DIR lasts. */
  nodeId: string;
  /** Waits for running calls (at most `graceMs`), writes all settlements, lets go of every connection. */
  stop(graceMs?: number): Promise<void>;
  ready(): { ok: boolean; reasons: string[] };
};

/** Starts what the gateway needs: partitions, what the last run left open, the snapshot, the settlement writer. */
export async function startRuntime(): Promise<Runtime> {
  const nodeId = await readNodeId(config().dataDir);
  await ensureLogPartitions(pool());
  const partitions = supervise({
    name: "partitions",
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await ensureLogPartitions(pool());
        up();
        await pause(PARTITION_EVERY_MS);
      }
    },
  });
  const engine = await startEngine(config().funds, nodeId, config().dataDir);
  const live = await startSnapshot({ pool: pool(), open: openCredential });
  registerApplier((revision) => live.catchUp(revision));
  const upkeep = startUpkeep({ nodeId, engine, clockOffsetMs: live.clockOffsetMs });
  const upstream = openAiCompatible(upstreamRules(live));
  const shared = await startHealth({
    pool: pool(),
    nodeId,
    snapshot: live.snapshot,
    now: () => Date.now() + live.clockOffsetMs(),
  });
  const limits = startLimits({
    pool: pool(),
    nodeId,
    now: () => Date.now() + live.clockOffsetMs(),
    nodes: shared.health.nodes,
    revision: () => live.snapshot.revision,
  });
  const collected = collectRefusals(engine);
  const { refusals } = collected;
  const deps = bind({ nodeId, engine, refusals, live, upstream, health: shared.health, limits });
  setSingleton<Running>("gateway", {
    handle: (incoming) => handle(incoming, deps),
    testChannel: (channelId, what) => testChannel(channelId, what, deps),
  });
  live.onKeysChanged((ids) => deps.watches.reconsider(new Set(ids)));
  const prober = createProber(deps);
  const probing = supervise({
    name: "prober",
    maxPauseMs: 5_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        prober.tick();
        if (hasDraining(live)) await disableDrained();
        up();
        await pause(PROBE_TICK_MS);
      }
    },
  });
  const poller = createTaskPoller(deps);
  const polling = supervise({
    name: "tasks",
    maxPauseMs: 5_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await poller.tick();
        up();
        await pause(TASK_TICK_MS);
      }
    },
  });

  return {
    nodeId,
    ready: () => readiness(live),
    async stop(graceMs = LAST_WORDS_MS) {
      await Promise.all([probing.stop(), polling.stop()]);
      const isIdle = () => deps.running.running + prober.running() + poller.running() === 0;
      await waitUntil(isIdle, graceMs);
      await collected.stop();
      await engine.stop();
      await Promise.all([limits.stop(), partitions.stop(), shared.stop(), upkeep.stop()]);
      await live.stop();
      await upstream.close();
    },
  };
}

/** Floods of refusals are counted in memory; every second the counts go the way of the rows. */
function collectRefusals({ writer }: Engine) {
  const refusals = createRefusals((settlement) => void writer.settle(settlement));
  const part = supervise({
    name: "refusals",
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        refusals.flush();
        up();
        await pause(REFUSALS_EVERY_MS);
      }
    },
  });
  return {
    refusals,
    async stop() {
      await part.stop();
      refusals.flush();
    },
  };
}

type Parts = {
  nodeId: string;
  engine: Engine;
  refusals: Refusals;
  live: LiveSnapshot;
  upstream: ReturnType<typeof openAiCompatible>;
  health: Health;
  limits: ReturnType<typeof startLimits>;
};

function bind({ nodeId, engine, refusals, live, upstream, health, limits }: Parts): GatewayDeps {
  let idKey: Uint8Array | undefined;
  return {
    snapshot: live.snapshot,
    clock: systemClock,
    now: () => Date.now() + live.clockOffsetMs(),
    newId: (nowMs) => newId(nowMs),
    random: Math.random,
    nodeId,
    funds: engine.funds,
    tasks: {
      store: taskStore(pool(), () => newId()),
      funds: engine.database.funds,
      settle: engine.database.writer.settle,
      idKey: () => deriveKey("task ids"),
    },
    limiter: limits.limiter,
    limitMeter: limits.meter,
    settle: engine.writer.settle,
    recordRefusal: refusals.take,
    closedBecause: () => {
      if (shutdown().stopping.aborted) return "gateway_paused";
      return engine.writer.closedBecause();
    },
    cutOff: shutdown().deadline,
    idKey: () => (idKey ??= deriveKey("response ids")),
    running: limits.peaks,
    providers: { "openai-compatible": upstream, simulator: simulator(newId, Date.now) },
    health,
    watches: new Watches(systemClock.monotonicMs, shutdown().deadline),
    countTokens,
    outputHistory: createOutputHistory(),
    bodyBudget: { usedBytes: 0, maxBytes: MAX_BODIES_BYTES, byAccount: new Map() },
    clientIp,
    reportError: (err, requestId) => log().error({ err, requestId }, "a call failed unexpectedly"),
  };
}

function hasDraining({ snapshot }: LiveSnapshot): boolean {
  for (const { status } of snapshot.channels.values()) if (status === "draining") return true;
  return false;
}

function readiness(live: LiveSnapshot): { ok: boolean; reasons: string[] } {
  const reasons: string[] = [];
  if (live.ageMs() > MAX_SNAPSHOT_AGE_MS) reasons.push("the database does not answer");
  if (Math.abs(live.clockOffsetMs()) > MAX_SKEW_MS)
    reasons.push("this node's clock is more than 1 s off the database's");
  return { ok: reasons.length === 0, reasons };
}

function openCredential(sealed: Uint8Array, channelId: string): string | null {
  try {
    return open(sealed, "channel.credential");
  } catch (err) {
    log().error({ err, channelId }, "a channel's credential cannot be opened: enter it again");
    return null;
  }
}

function upstreamRules({ snapshot }: LiveSnapshot) {
  const { host, port } = config();
  const own = { host, port };
  return () => ({
    allowPrivate: snapshot.settings.get("channels.allowPrivateUpstreams") !== false,
    own,
  });
}

/** Who this process is to the database: holds and rows carry it, and the next start settles what it left open. */
async function readNodeId(dataDir: string): Promise<string> {
  const path = join(dataDir, "node.id");
  const known = await readFile(path, "utf8").catch(() => "");
  if (isUuid(known.trim())) return known.trim();
  const made = newId();
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

async function waitUntil(condition: () => boolean, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (!condition() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
