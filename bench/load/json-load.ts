import { connect, type Socket } from "node:net";
import { Histogram } from "./histogram.ts";
import { MessageReader, requestBytes, statusOf } from "./wire.ts";

/** What is asked for, as JSON in the first argument. */
export type JsonLoad = {
  port: number;
  path: string;
  /** One set of headers per customer; connections take them in turn. */
  headers: Record<string, string>[];
  body: string;
  connections: number;
  /** Ends after so many seconds, or so many requests. */
  seconds: number;
  requests?: number;
  /** Requests per second; without it every connection sends its next call when it has its answer. */
  rate?: number;
};

export type JsonLoaded = {
  answered: number;
  failed: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU that the generator itself took, as a share of one core. */
  busy: number;
};

/** One connection: a raw socket that has one request under way at most. */
class Caller {
  isFree = true;
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #reader = new MessageReader();
  readonly #done: (caller: Caller, status: number, us: number) => void;
  #startedAt = 0;

  constructor(port: number, request: Buffer, done: (caller: Caller, status: number, us: number) => void) {
    this.#request = request;
    this.#done = done;
    const buffer = Buffer.allocUnsafe(64 << 10);
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          if (this.#reader.push(buffer.toString("latin1", 0, length)))
            this.#answered(statusOf(this.#reader.head));
          return true;
        },
      },
    });
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => {
      if (!this.isFree) this.#answered(0);
    });
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  send(): void {
    this.isFree = false;
    this.#startedAt = performance.now();
    this.#socket.write(this.#request);
  }

  end(): void {
    this.#socket.destroy();
  }

  #answered(status: number): void {
    this.isFree = true;
    this.#done(this, status, (performance.now() - this.#startedAt) * 1000);
  }
}

/** Runs the load and says what came of it. */
async function run(load: JsonLoad): Promise<JsonLoaded> {
  const latencies = new Histogram();
  let [answered, failed, sent] = [0, 0, 0];
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endAt = startedAt + load.seconds * 1000;
  const most = load.requests ?? Number.POSITIVE_INFINITY;
  const isOver = () => sent >= most || performance.now() >= endAt;
  const done = (caller: Caller, status: number, us: number) => {
    if (status === 200) answered += 1;
    else failed += 1;
    latencies.record(us);
    if (load.rate !== undefined || isOver() || caller.isGone) return;
    sent += 1;
    caller.send();
  };
  const requests = load.headers.map((headers) => requestBytes({ ...load, headers }));
  const callers = Array.from(
    { length: load.connections },
    (_, index) => new Caller(load.port, requests[index % requests.length] ?? Buffer.alloc(0), done),
  );
  if (load.rate === undefined) {
    for (const caller of callers) {
      sent += 1;
      caller.send();
    }
    while (callers.some((caller) => !caller.isFree)) await pause(20);
  } else sent += await sendPaced(callers, load.rate, isOver);
  while (callers.some((caller) => !caller.isFree)) await pause(1);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const caller of callers) caller.end();
  const [p50Ms, p99Ms] = [latencies.percentileMs(0.5), latencies.percentileMs(0.99)];
  return { answered, failed, seconds, p50Ms, p99Ms, busy: (user + system) / 1e6 / seconds };
}

/** Sends what is due, each on a connection that is free; when none is, the call waits for the next turn. */
async function sendPaced(callers: readonly Caller[], rate: number, isOver: () => boolean): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  while (!isOver()) {
    const due = ((performance.now() - startedAt) / 1000) * rate;
    for (const caller of callers) {
      if (sent >= due) break;
      if (!caller.isFree) continue;
      caller.send();
      sent += 1;
    }
    await pause(1);
  }
  return sent;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));
