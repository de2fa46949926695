import { type WritableSocket, writeWhole } from "#lib/runtime/write-whole";
import { UpstreamFailure } from "../provider.ts";
import { type AnswerSink, ResponseReader } from "./response-reader.ts";
import { sendAtEndOfTurn } from "./turn.ts";

/** What is asked, ready to be sent. */
export type WireRequest = {
  /** Up to the value of content-length. One character per byte. */
  readonly head: string;
  /** null: there is none, and no content-length. */
  readonly body: Uint8Array | null;
};

/** What a connection tells its pool. */
export type ConnectionOwner = {
  /** It can be used again, for `reusableMs` if upstream said so. */
  free(connection: Connection, reusableMs: number | undefined): void;
  gone(connection: Connection): void;
};

/** What a connection needs of a socket. */
export type WireSocket = WritableSocket & {
  readonly writableLength: number;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
  destroy(): unknown;
};

/** Opens the socket of a connection. Every read is copied out of the buffer that all sockets share, and is the taker's own. */
export type Dial = (on: {
  ready(): void;
  bytes(bytes: Buffer): void;
  /** Upstream writes no more. */
  end(): void;
  close(error: Error | undefined): void;
}) => WireSocket;

/** One connection to an upstream: one request and its answer after the other. */
export class Connection {
  private readonly socket: WireSocket;
  private readonly owner: ConnectionOwner;
  private isReady = false;
  private isGone = false;
  private request: WireRequest | undefined;
  private sink: AnswerSink | undefined;
  private reader: ResponseReader | undefined;

  /** Dials at once. The first request may be sent before the connection stands. */
  constructor(dial: Dial, owner: ConnectionOwner) {
    this.owner = owner;
    this.socket = dial({
      ready: () => this.ready(),
      bytes: (bytes) => this.take(bytes),
      end: () => this.ended(),
      close: (error) => this.closed(error),
    });
  }

  get isUsable(): boolean {
    return !this.isGone;
  }

  /** Has a free connection send a request. `sink` hears what becomes of it. */
  ask(request: WireRequest, sink: AnswerSink): void {
    this.sink = sink;
    this.reader = new ResponseReader(sink);
    this.request = request;
    if (this.isReady) sendAtEndOfTurn(this);
  }

  /** Writes the request that waits, if it still does. */
  send(): void {
    const { request } = this;
    this.request = undefined;
    if (request !== undefined) this.write(request);
  }

  /** These three do nothing once this sink's answer is over: the connection may serve another by then. */
  pause(sink: AnswerSink): void {
    if (sink === this.sink) this.socket.pause();
  }

  resume(sink: AnswerSink): void {
    if (sink === this.sink) this.unpause();
  }

  abort(sink: AnswerSink): void {
    if (sink !== this.sink) return;
    this.sink = undefined;
    this.destroy();
  }

  /** Ends it, and the call on it. */
  lose(): void {
    this.fail(new UpstreamFailure("connection_lost"));
  }

  destroy(): void {
    this.leave();
    this.socket.destroy();
  }

  private ready(): void {
    this.isReady = true;
    this.send();
  }

  private write({ head, body }: WireRequest): void {
    const { socket } = this;
    if (body === null) {
      socket.write(`${head}\r\n`, "latin1");
      return;
    }
    writeWhole(socket, `${head}content-length: ${body.byteLength}\r\n\r\n`, body);
  }

  private take(bytes: Buffer): void {
    const { reader, sink } = this;
    // What nobody asked for would be taken for the next answer.
    if (reader === undefined || sink === undefined) {
      this.destroy();
      return;
    }
    if (this.request !== undefined) {
      this.lose();
      return;
    }
    try {
      reader.take(bytes);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (reader.isOver) this.finish(reader);
    sink.stirred();
  }

  /** The answer is whole: on to the next, unless something of either side is still on the way. */
  private finish(reader: ResponseReader): void {
    const { socket } = this;
    this.sink = undefined;
    this.reader = undefined;
    const isClean = !reader.hasSurplus && socket.writableLength === 0;
    if (!isClean || reader.reusableMs === 0) {
      this.destroy();
      return;
    }
    this.unpause();
    this.owner.free(this, reader.reusableMs);
  }

  private unpause(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  private ended(): void {
    const { reader, sink } = this;
    if (reader === undefined || sink === undefined) {
      this.destroy();
      return;
    }
    try {
      reader.close();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.sink = undefined;
    this.destroy();
    sink.stirred();
  }

  private closed(error: Error | undefined): void {
    this.fail(error ?? new UpstreamFailure("connection_lost"));
  }

  private fail(error: unknown): void {
    const { sink } = this;
    this.sink = undefined;
    this.destroy();
    sink?.failed(error instanceof Error ? error : new UpstreamFailure("connection_lost"));
  }

  private leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.request = undefined;
    this.owner.gone(this);
  }
}
