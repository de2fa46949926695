import { connect, type Socket } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Histogram } from "./histogram.ts";
import { requestBytes } from "./wire.ts";

/** What is asked for, as JSON in the first argument. */
export type SseLoad = {
  port: number;
  path: string;
  headers: Record<string, string>[];
  body: string;
  streams: number;
  /** Streams are opened over this time, so that opening them is not what is measured. */
  rampMs: number;
  /** Events that carry a time, per stream. */
  events: number;
};

export type SseLoaded = {
  /** Streams that came to their [DONE] with all their events. */
  whole: number;
  broken: number;
  events: number;
  /** From the moment that the upstream sent an event until it was read here. */
  heldP50Ms: number;
  heldP99Ms: number;
  heldWorstMs: number;
  /** Of the events that came while all streams were open: after the last was opened, before the first had ended. */
  openP99Ms: number;
  /** For how long nothing was read here at most, once all were open: held here, and not by what is measured. */
  stalledMs: number;
  busy: number;
};

const STAMP = '"t=';
const STAMP_DIGITS = 15;
const STALL_RESOLUTION_MS = 1;

/** How long events were held: in the whole run, and while all streams were open. */
class Held {
  readonly all = new Histogram();
  readonly open = new Histogram();
  worstUs = 0;
  areAllOpen = false;

  record(us: number): void {
    this.all.record(us);
    if (this.areAllOpen) this.open.record(us);
    if (us > this.worstUs) this.worstUs = us;
  }
}

/** Opens one stream; resolves when it has ended, true if it was whole. */
function follow(port: number, request: Buffer, events: number, held: Held): Promise<boolean> {
  return new Promise((resolve) => {
    let seen = 0;
    let tail = "";
    const buffer = Buffer.allocUnsafe(8 << 10);
    const socket: Socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          const now = Number(process.hrtime.bigint() / 1000n);
          const text = tail + buffer.toString("latin1", 0, length);
          let from = 0;
          for (;;) {
            const at = text.indexOf(STAMP, from);
            if (at < 0 || at + STAMP.length + STAMP_DIGITS > text.length) break;
            from = at + STAMP.length + STAMP_DIGITS;
            held.record(now - Number(text.slice(at + STAMP.length, from)));
            seen += 1;
          }
          // Enough for a stamp or a [DONE] that was cut in two.
          tail = text.slice(Math.max(from, text.length - 16));
          if (!text.includes("[DONE]")) return true;
          held.areAllOpen = false;
          socket.destroy();
          resolve(seen === events);
          return true;
        },
      },
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(false));
    socket.write(request);
  });
}

async function run(load: SseLoad): Promise<SseLoaded> {
  const held = new Held();
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const requests = load.headers.map((headers) => requestBytes({ ...load, headers }));
  const streams: Promise<boolean>[] = [];
  for (let index = 0; index < load.streams; index += 1) {
    const dueAt = startedAt + (index / load.streams) * load.rampMs;
    while (performance.now() < dueAt) await new Promise((resolve) => setTimeout(resolve, 1));
    const request = requests[index % requests.length] ?? Buffer.alloc(0);
    streams.push(follow(load.port, request, load.events, held));
  }
  held.areAllOpen = true;
  stalls.enable();
  const ends = await Promise.all(streams);
  const { user, system } = process.cpuUsage(cpu);
  const whole = ends.filter(Boolean).length;
  return {
    whole,
    broken: ends.length - whole,
    events: held.all.total,
    heldP50Ms: held.all.percentileMs(0.5),
    heldP99Ms: held.all.percentileMs(0.99),
    heldWorstMs: held.worstUs / 1000,
    openP99Ms: held.open.percentileMs(0.99),
    stalledMs: Math.max(0, stalls.max / 1e6 - STALL_RESOLUTION_MS),
    busy: (user + system) / 1000 / (performance.now() - startedAt),
  };
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));
