import type { BodyFlow } from "../body-flow.ts";
import { decoded } from "../decode-body.ts";
import { type Ending, type UpstreamBody, UpstreamFailure, type UpstreamResponse } from "../provider.ts";
import type { WireRequest } from "../wire/connection.ts";
import type { WireCall, WirePool } from "../wire/pool.ts";
import type { ResponseHead } from "../wire/response-head.ts";
import type { AnswerSink } from "../wire/response-reader.ts";

/** Unread bytes at which upstream is told to wait. */
const HIGH_WATER_BYTES = 256 << 10;

/** What an upstream may still say, and how long, once its reader has gone. */
const LAST_WORDS_BYTES = 16 << 10;
const LAST_MOMENT_MS = 500;

type Turn = { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: Error) => void };

/**
 * One request and its answer as they come from the wire: no web streams, no AbortSignal, and a promise only for who waits
 * for all of it or reads it as an iterator. The answer's promise settles with its headers; the body is read afterwards, as
 * it comes or all at once.
 */
export class UpstreamExchange implements AnswerSink, AsyncIterator<Uint8Array>, BodyFlow {
  readonly response: Promise<UpstreamResponse>;
  private readonly settle: PromiseWithResolvers<UpstreamResponse>;
  private readonly ending: Ending;
  private call: WireCall | undefined;
  private hasHead = false;
  private chunks: Uint8Array[] = [];
  private size = 0;
  private isPaused = false;
  private isLeft = false;
  private leaving: NodeJS.Timeout | undefined;
  private isOver = false;
  private error: Error | undefined;
  private turn: Turn | undefined;
  private onReady: (() => void) | undefined;
  private whole:
    | { maxBytes: number; resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }
    | undefined;

  constructor(ending: Ending) {
    this.settle = Promise.withResolvers();
    this.response = this.settle.promise;
    this.ending = ending;
    ending.whenEnded(() => this.abort("aborted"));
  }

  /** Sends the request, unless the call has been ended before. */
  begin(request: WireRequest, pool: WirePool): void {
    if (this.isOver) return;
    try {
      this.call = pool.send(request, this);
    } catch (error) {
      this.break(error instanceof Error ? error : new UpstreamFailure("connection_lost"));
    }
  }

  head({ status, contentType, contentEncoding: encoding, retryAfter }: ResponseHead): void {
    this.hasHead = true;
    const isPlain = encoding === "" || encoding === "identity";
    const body = isPlain ? this.body() : decoded(this.body(), encoding);
    this.settle.resolve({ status, contentType, retryAfter, body });
  }

  data(bytes: Uint8Array): void {
    this.size += bytes.byteLength;
    if (!this.isLeft) this.chunks.push(bytes);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.leaving);
  }

  /** What has come goes to whoever waits for it. */
  stirred(): void {
    const { whole, turn } = this;
    if (this.isLeft) {
      if (this.size > LAST_WORDS_BYTES) this.abort("aborted");
      return;
    }
    if (whole !== undefined) this.stirWhole(whole);
    else if (turn !== undefined) {
      const chunk = this.take();
      if (chunk === undefined) return;
      this.turn = undefined;
      turn.resolve(chunk === null ? { value: undefined, done: true } : { value: chunk, done: false });
    } else this.onReady?.();
    if (this.size > HIGH_WATER_BYTES && whole === undefined && !this.isPaused && !this.isOver) {
      this.isPaused = true;
      this.call?.pause();
    }
  }

  failed(error: Error): void {
    this.break(error);
  }

  take(): Uint8Array | undefined | null {
    const chunk = this.chunks.shift();
    if (chunk === undefined) {
      if (this.error !== undefined) throw this.error;
      return this.isOver ? null : undefined;
    }
    this.size -= chunk.byteLength;
    if (this.isPaused && this.size < HIGH_WATER_BYTES / 2) {
      this.isPaused = false;
      this.call?.resume();
    }
    return chunk;
  }

  whenReady(act: () => void): void {
    this.onReady = act;
  }

  leave(): Promise<unknown> {
    return this.return();
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.take();
    if (chunk === null) return { value: undefined, done: true };
    if (chunk !== undefined) return { value: chunk, done: false };
    return new Promise((resolve, reject) => {
      this.turn = { resolve, reject };
    });
  }

  /**
   * The reader has heard enough. Mostly upstream has too (a stream's last event comes just before its end), so it gets a
   * moment to end by itself: then its connection can be used again.
   */
  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.isOver && !this.isLeft) {
      this.isLeft = true;
      this.chunks = [];
      this.size = 0;
      this.call?.resume();
      this.leaving = setTimeout(() => this.abort("aborted"), LAST_MOMENT_MS);
    }
    return { value: undefined, done: true };
  }

  private body(): UpstreamBody {
    return {
      [Symbol.asyncIterator]: () => this,
      bytes: (maxBytes) => this.readAll(maxBytes),
      flow: this,
    };
  }

  private readAll(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (this.size > maxBytes) this.abort("too_large");
    if (this.error !== undefined) return Promise.reject(this.error);
    if (this.isOver) return this.takeAll();
    return new Promise((resolve, reject) => {
      this.whole = { maxBytes, resolve, reject };
      if (this.isPaused) {
        this.isPaused = false;
        this.call?.resume();
      }
    });
  }

  private stirWhole({ maxBytes, resolve }: NonNullable<typeof this.whole>): void {
    this.ending.stirred();
    if (this.size > maxBytes) this.abort("too_large");
    else if (this.isOver) resolve(this.takeAll());
  }

  private takeAll(): Uint8Array {
    const [first] = this.chunks;
    const all = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks);
    this.chunks = [];
    this.size = 0;
    return all;
  }

  private abort(errorClass: string): void {
    if (this.isOver) return;
    const failure = new UpstreamFailure(errorClass);
    this.break(failure);
    this.call?.abort();
  }

  private break(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.leaving);
    this.error = error instanceof UpstreamFailure ? error : new UpstreamFailure(classOf(error));
    if (!this.hasHead) this.settle.reject(this.error);
    this.turn?.reject(this.error);
    this.whole?.reject(this.error);
    this.onReady?.();
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect_refused",
  EHOSTUNREACH: "connect_refused",
  ENETUNREACH: "connect_refused",
  ENOTFOUND: "dns_failed",
  EAI_AGAIN: "dns_failed",
  EDENIED: "address_denied",
};

function classOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code)) return "tls_failed";
  return CLASSES[code] ?? "connection_lost";
}
