import { UpstreamFailure } from "../provider.ts";
import { Connection, type ConnectionOwner, type Dial, type WireRequest } from "./connection.ts";
import type { AnswerSink } from "./response-reader.ts";

/** So long an upstream is expected to keep a connection of which it says nothing. */
const KEEP_ALIVE_MS = 15_000;
const LONGEST_KEEP_ALIVE_MS = 600_000;

/** A request that was handed to a pool. After its end nothing of this does anything. */
export class WireCall {
  /** Until it is handed to a connection: a stream must not hold on to its prompt. */
  request: WireRequest | undefined;
  readonly sink: AnswerSink;
  /** undefined: it waits for one. */
  connection: Connection | undefined;
  isLeft = false;

  constructor(request: WireRequest, sink: AnswerSink) {
    this.request = request;
    this.sink = sink;
  }

  /** Upstream is to wait: its answer is not taken as fast as it comes. */
  pause(): void {
    this.connection?.pause(this.sink);
  }

  resume(): void {
    this.connection?.resume(this.sink);
  }

  /** Nothing more is wanted; the sink hears nothing more. */
  abort(): void {
    this.isLeft = true;
    this.request = undefined;
    this.connection?.abort(this.sink);
  }
}

/**
 * Connections to one origin, one call on each at a time. More are dialled as more is asked at once, up to `most`, beyond
 * which calls wait. The one that was used last is used next, so that those of a busy hour grow old and are closed.
 */
export class WirePool implements ConnectionOwner {
  private readonly dial: Dial;
  private readonly most: number;
  private readonly nowMs: () => number;
  private readonly connections = new Set<Connection>();
  private readonly idle: { connection: Connection; untilMs: number }[] = [];
  private waiting: WireCall[] = [];
  private isClosing = false;

  /** `nowMs`: monotonic. */
  constructor(dial: Dial, { most, nowMs }: { most: number; nowMs: () => number }) {
    this.dial = dial;
    this.most = most;
    this.nowMs = nowMs;
  }

  /** Sends a request as soon as a connection is free for it. */
  send(request: WireRequest, sink: AnswerSink): WireCall {
    const call = new WireCall(request, sink);
    const connection = this.take();
    if (connection === undefined) this.waiting.push(call);
    else this.begin(call, connection);
    return call;
  }

  /** Called by a connection. */
  free(connection: Connection, reusableMs: number | undefined): void {
    const next = this.nextWaiting();
    if (next !== undefined) this.begin(next, connection);
    else if (this.isClosing) connection.destroy();
    else {
      const ms = Math.min(reusableMs ?? KEEP_ALIVE_MS, LONGEST_KEEP_ALIVE_MS);
      this.idle.push({ connection, untilMs: this.nowMs() + ms });
    }
  }

  /** Called by a connection. */
  gone(connection: Connection): void {
    this.connections.delete(connection);
    if (this.waiting.length === 0 || this.connections.size >= this.most) return;
    const next = this.nextWaiting();
    if (next !== undefined) this.begin(next, this.open());
  }

  /** Closes what has been idle for too long. To be called about once a second. */
  sweep(): void {
    const nowMs = this.nowMs();
    const kept = this.idle.filter(({ connection, untilMs }) => connection.isUsable && untilMs > nowMs);
    const old = this.idle.filter(({ untilMs }) => untilMs <= nowMs);
    this.idle.splice(0, this.idle.length, ...kept);
    for (const { connection } of old) connection.destroy();
  }

  /** Running calls, and those that wait, come to their end; connections close as they become free. */
  close(): void {
    this.isClosing = true;
    for (const { connection } of this.idle.splice(0)) connection.destroy();
  }

  /** Ends everything now. */
  destroy(): void {
    this.close();
    const waiting = this.waiting.splice(0);
    for (const connection of [...this.connections]) connection.lose();
    for (const { sink, isLeft } of waiting) if (!isLeft) sink.failed(new UpstreamFailure("connection_lost"));
  }

  private begin(call: WireCall, connection: Connection): void {
    const { request } = call;
    if (request === undefined) return;
    call.request = undefined;
    call.connection = connection;
    connection.ask(request, call.sink);
  }

  private take(): Connection | undefined {
    const nowMs = this.nowMs();
    for (let free = this.idle.pop(); free !== undefined; free = this.idle.pop()) {
      const { connection, untilMs } = free;
      if (connection.isUsable && untilMs > nowMs) return connection;
      connection.destroy();
    }
    return this.connections.size < this.most ? this.open() : undefined;
  }

  private open(): Connection {
    const connection = new Connection(this.dial, this);
    this.connections.add(connection);
    return connection;
  }

  private nextWaiting(): WireCall | undefined {
    for (let call = this.waiting.shift(); call !== undefined; call = this.waiting.shift()) {
      if (!call.isLeft) return call;
    }
    return undefined;
  }
}
