import type { Dispatcher } from "undici";
import type { BodyFlow } from "../body-flow.ts";
import { decoded } from "../decode-body.ts";
import { type Ending, type UpstreamBody, UpstreamFailure, type UpstreamResponse } from "../provider.ts";

/** Unread bytes at which upstream is told to wait. */
const HIGH_WATER_BYTES = 256 << 10;

/** What an upstream may still say, and how long, once its reader has gone. */
const LAST_WORDS_BYTES = 16 << 10;
const LAST_MOMENT_MS = 500;

type Turn = { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: Error) => void };

/**
 * One request and its answer on undici's own callbacks: no web streams, no AbortSignal, and a promise
 * only for who waits for all of it or reads it as an iterator. The answer's promise settles with its headers; the body is read afterwards, as it comes or all at once.
 */
export class UpstreamExchange implements Dispatcher.DispatchHandler, AsyncIterator<Uint8Array>, BodyFlow {
  readonly response: Promise<UpstreamResponse>;
  private readonly settle: PromiseWithResolvers<UpstreamResponse>;
  private readonly ending: Ending;
  private controller: Dispatcher.DispatchController | undefined;
  private hasHeaders = false;
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new UpstreamFailure("aborted"));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.hasHeaders = true;
    const encoding = textOf(headers["content-encoding"]).toLowerCase();
    this.settle.resolve({
      status,
      contentType: textOf(headers["content-type"]).toLowerCase(),
      retryAfter: textOf(headers["retry-after"]) || undefined,
      body: encoding === "" || encoding === "identity" ? this.body() : decoded(this.body(), encoding),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.isLeft) {
      this.size += chunk.byteLength;
      if (this.size > LAST_WORDS_BYTES) this.abort("aborted");
      return;
    }
    const { turn } = this;
    if (turn !== undefined) {
      this.turn = undefined;
      turn.resolve({ value: chunk, done: false });
      return;
    }
    this.chunks.push(chunk);
    this.size += chunk.byteLength;
    if (this.whole !== undefined) {
      this.ending.stirred();
      if (this.size > this.whole.maxBytes) this.abort("too_large");
      return;
    }
    this.onReady?.();
    if (this.size > HIGH_WATER_BYTES && !this.isPaused && !this.isOver) {
      this.isPaused = true;
      controller.pause();
    }
  }

  onResponseEnd(): void {
    this.isOver = true;
    clearTimeout(this.leaving);
    this.turn?.resolve({ value: undefined, done: true });
    this.whole?.resolve(this.takeAll());
    this.onReady?.();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
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
      this.controller?.resume();
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
      this.controller?.resume();
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
        this.controller?.resume();
      }
    });
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
    this.controller?.abort(failure);
  }

  private break(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.leaving);
    this.error = error instanceof UpstreamFailure ? error : new UpstreamFailure(classOf(error));
    if (!this.hasHeaders) this.settle.reject(this.error);
    this.turn?.reject(this.error);
    this.whole?.reject(this.error);
    this.onReady?.();
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
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
  if (code.startsWith("HPE_")) return "malformed";
  return CLASSES[code] ?? "connection_lost";
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
