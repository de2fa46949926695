import type { DiskLoad } from "../load/disk.ts";
import type { JsonLoad, JsonLoaded } from "../load/json-load.ts";
import type { SseLoad, SseLoaded } from "../load/sse-load.ts";
import { cpuSecondsOf, GATEWAY_CORE, OTHER_CORE, rssOf, runJson } from "./processes.ts";
import type { Subject } from "./subjects.ts";

const PATH = "/v1/chat/completions";
const CONNECTIONS = 64;
const PACED_CONNECTIONS = 32;
/** About a thousand bytes of prompt. */
const CONTENT = "Who pays the toll, and who counts the coins that are laid down at the gate? ".repeat(13);

export type Throughput = {
  perSecond: number;
  failed: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU microseconds of the subject's process per call, and what of its core was used. */
  cpuUs: number;
  busy: number;
  loadBusy: number;
  rssMb: number;
};
export type Latency = { p50Ms: number; p99Ms: number; failed: number };
export type Streams = SseLoaded & {
  rssKbPerStream: number;
  /** CPU microseconds of the subject's process per event, streams' opening and billing included. */
  cpuUs: number;
  /** What of its core was used from the first stream's opening to the last one's end. */
  coreBusy: number;
};

/** As many calls as it takes, each connection sending its next when it has its answer. */
export async function throughput(
  subject: Subject,
  limit: { seconds: number; requests?: number },
): Promise<Throughput> {
  const cpuBefore = cpuSecondsOf(subject.pid);
  const loaded = await load(subject, { ...limit, connections: CONNECTIONS });
  const cpu = cpuSecondsOf(subject.pid) - cpuBefore;
  return {
    perSecond: loaded.answered / loaded.seconds,
    failed: loaded.failed,
    p50Ms: loaded.p50Ms,
    p99Ms: loaded.p99Ms,
    cpuUs: (cpu * 1e6) / Math.max(1, loaded.answered),
    busy: cpu / loaded.seconds,
    loadBusy: loaded.busy,
    rssMb: rssOf(subject.pid) / 2 ** 20,
  };
}

/** What a call takes while `rate` calls a second come in. */
export async function latency(subject: Subject, rate: number, seconds: number): Promise<Latency> {
  const { p50Ms, p99Ms, failed } = await load(subject, { seconds, rate, connections: PACED_CONNECTIONS });
  return { p50Ms, p99Ms, failed };
}

/** What this disk takes to make a bill's bytes last, `rate` times a second, on the gateway's core: no commit is faster. */
export function diskLatency(rate: number, seconds: number): Promise<Latency> {
  const argument: DiskLoad = { rate, seconds };
  return runJson<Latency>(GATEWAY_CORE, "bench/load/disk.ts", argument);
}

/** Runs the load generator against a subject's port, on the core that is not the gateway's. */
export function load(
  subject: Pick<Subject, "port" | "headers" | "model">,
  how: Pick<JsonLoad, "seconds" | "connections" | "rate" | "requests">,
): Promise<JsonLoaded> {
  const { port, headers } = subject;
  const body = bodyOf(subject, false);
  return runJson<JsonLoaded>(OTHER_CORE, "bench/load/json-load.ts", {
    port,
    headers,
    path: PATH,
    body,
    ...how,
  });
}

/** Many streams at a time. Memory is read when all of them are open, against what it was before. */
export async function streams(
  subject: Subject,
  how: Pick<SseLoad, "streams" | "rampMs" | "events">,
): Promise<Streams> {
  const { port, headers } = subject;
  const before = rssOf(subject.pid);
  const cpuBefore = cpuSecondsOf(subject.pid);
  const startedAt = performance.now();
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, rssOf(subject.pid));
  }, 250);
  const body = bodyOf(subject, true);
  const argument: SseLoad = { port, headers, path: PATH, body, ...how };
  try {
    const loaded = await runJson<SseLoaded>(OTHER_CORE, "bench/load/sse-load.ts", argument);
    const cpu = cpuSecondsOf(subject.pid) - cpuBefore;
    return {
      ...loaded,
      rssKbPerStream: (most - before) / 1024 / how.streams,
      cpuUs: (cpu * 1e6) / Math.max(1, loaded.events),
      coreBusy: (cpu * 1000) / (performance.now() - startedAt),
    };
  } finally {
    clearInterval(watching);
  }
}

function bodyOf({ model }: Pick<Subject, "model">, stream: boolean): string {
  const messages = [{ role: "user", content: CONTENT }];
  return JSON.stringify({ model, messages, max_tokens: 600, ...(stream ? { stream } : {}) });
}
