import type { Socket } from "node:net";
import { type Answer, type AnswerStream, type Incoming, isStream } from "#lib/gateway/exchange";
import { peerValue } from "#lib/runtime/peer";
import { shutdown } from "#lib/runtime/shutdown";
import { writeWhole } from "#lib/runtime/write-whole";
import { failedAnswer } from "../failed-answer.ts";
import { sendStream } from "../send-stream.ts";
import { type Afterwards, answerHead } from "./answer-head.ts";
import { Inbox, type Waiting } from "./inbox.ts";
import { PlainCall } from "./plain-call.ts";
import type { PlainHeaders } from "./plain-headers.ts";
import { readAgain, readHead } from "./read-head.ts";
import { SocketOutlet } from "./socket-outlet.ts";

/** What all connections of a front share. */
export type Shared = {
  readonly gateway: (incoming: Incoming) => Promise<Answer>;
  readonly stalledMs: number;
  readonly keepAliveSeconds: number;
  readonly connections: Set<FrontConnection>;
  readonly waiting: Waiting;
  /** Makes node:http listen to a connection. */
  readonly giveToNode: (socket: Socket) => void;
};

/** Sweeps after which a request that is not whole, or has not begun, is handed over; at least a second. */
const PATIENT_SWEEPS = 2;
/** A head above this is not kept to be compared with the next. */
const MAX_KNOWN_BYTES = 2 << 10;
const NOTHING = Buffer.alloc(0);

/** `fresh`: nothing has come yet. `awaiting`: a part of a request has. `closing`: the last answer is on its way. */
type State = "fresh" | "idle" | "awaiting" | "busy" | "closing" | "gone";

/**
 * A connection as long as only plain requests come on it: they are served here, one after the other. With the first thing
 * that is not plain, the connection and all that has not been read of it go to node:http for good, which happens only
 * between two requests.
 */
export class FrontConnection {
  private readonly socket: Socket;
  private readonly shared: Shared;
  private readonly inbox: Inbox;
  private state: State = "fresh";
  /** How many sweeps have seen it in this state. */
  private sweeps = 0;
  /** The size of the request that is awaited, bytes; 0: its head is not whole yet. */
  private awaited = 0;
  /** The headers of the request before, with which the next is compared. */
  private known: PlainHeaders | undefined;
  private peer: string | undefined;
  private call: PlainCall | undefined;
  private outlet: SocketOutlet | undefined;

  constructor(socket: Socket, shared: Shared) {
    this.socket = socket;
    this.shared = shared;
    this.inbox = new Inbox(shared.waiting);
    shared.connections.add(this);
    for (const [event, act] of this.listeners()) socket.on(event, act);
  }

  /** Whether a call is under way, or an answer has not left yet. */
  get isBusy(): boolean {
    return this.state === "busy" || this.socket.writableLength > 0;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Called every second. Nothing stays here that waits for long. */
  sweep(): void {
    const { state, inbox, shared } = this;
    this.sweeps += 1;
    if (state === "fresh" || state === "awaiting") {
      if (this.sweeps >= PATIENT_SWEEPS) this.handOver(inbox.takeAll());
    } else if (state === "idle") {
      // As node:http, a second later than we said: the client may write at the last moment.
      if (this.sweeps > shared.keepAliveSeconds + 1) this.close();
    }
  }

  private become(state: State): void {
    if (state !== this.state) this.sweeps = 0;
    this.state = state;
  }

  private readonly onData = (piece: Buffer): void => {
    const { state, inbox } = this;
    if (state === "idle" || state === "fresh") this.take(piece);
    else if (state === "busy") {
      inbox.add(piece);
      if (inbox.isFull) this.socket.pause();
    } else if (state === "awaiting") {
      inbox.add(piece);
      if (inbox.size >= this.awaited) this.take(inbox.takeAll());
      else if (inbox.isFull) this.handOver(inbox.takeAll());
    }
  };

  /** Looks at all that has come since the last request. */
  private take(bytes: Buffer): void {
    this.peer ??= peerValue(this.socket.remoteAddress);
    const headers = (this.known && readAgain(bytes, this.known)) ?? readHead(bytes, this.peer);
    if (headers === "other") this.handOver(bytes);
    else if (headers === "more") this.await(0, bytes);
    else {
      const size = headers.size + headers.contentLength;
      if (bytes.length < size) this.await(size, bytes);
      else this.begin(headers, bytes, size);
    }
  }

  private await(size: number, bytes: Buffer): void {
    this.become("awaiting");
    this.awaited = size;
    this.inbox.add(bytes);
    if (this.inbox.isFull) this.handOver(this.inbox.takeAll());
  }

  private begin(headers: PlainHeaders, bytes: Buffer, size: number): void {
    this.become("busy");
    this.known = headers.size > MAX_KNOWN_BYTES ? undefined : headers;
    if (bytes.length > size) this.inbox.add(bytes.subarray(size));
    this.call = new PlainCall(headers, bytes.subarray(headers.size, size));
    void this.serve(this.call);
  }

  private async serve(call: PlainCall): Promise<void> {
    try {
      const answer = await this.shared.gateway(call);
      if (isStream(answer.body)) await this.pass(answer, answer.body);
      else this.sendWhole(answer, answer.body);
    } catch (err) {
      this.fail(err);
    }
  }

  /** Of an answer that has begun nothing else can be made. */
  private fail(err: unknown): void {
    const answer = failedAnswer(err);
    if (this.outlet !== undefined) this.close();
    else this.sendWhole(answer, answer.body);
  }

  private async pass(answer: Answer, stream: AnswerStream): Promise<void> {
    if (!this.socket.writable) return stream.abandon();
    const { stalledMs } = this.shared;
    const afterwards = this.afterwards();
    const head = answerHead(answer, undefined, afterwards);
    this.outlet = new SocketOutlet(this.socket, head, { stalledMs, onEnd: () => this.end(afterwards) });
    await sendStream(stream, this.outlet);
  }

  private sendWhole(answer: Answer, body: string | Uint8Array): void {
    if (!this.socket.writable) return;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const afterwards = this.afterwards();
    writeWhole(this.socket, answerHead(answer, bytes.byteLength, afterwards), bytes);
    this.end(afterwards);
  }

  /** A process that stops serves no further call here. */
  private afterwards(): Afterwards {
    return shutdown().stopping.aborted ? "close" : this.shared;
  }

  /** The answer is written, which does not mean that it has left. */
  private end(afterwards: Afterwards): void {
    const { socket, shared } = this;
    const hasLeft = socket.writableLength === 0;
    if (!hasLeft) socket.setTimeout(shared.stalledMs);
    if (afterwards === "close" || !socket.writable) {
      this.become("closing");
      socket.destroySoon();
    } else if (hasLeft) this.next();
    else socket.write(NOTHING, this.onLeft);
  }

  private readonly onLeft = (): void => {
    this.socket.setTimeout(0);
    if (this.state === "busy") this.next();
  };

  /** The connection is free for the next request, which may have come already. */
  private next(): void {
    this.become("idle");
    this.call = undefined;
    this.outlet = undefined;
    if (this.inbox.isEmpty) return;
    const bytes = this.inbox.takeAll();
    if (this.socket.isPaused()) this.socket.resume();
    this.take(bytes);
  }

  /** A client that writes no more is gone: so node:http takes it, and mostly it is. */
  private readonly onEnd = (): void => {
    if (this.state === "awaiting") {
      this.handOver(this.inbox.takeAll(), "and its end");
      return;
    }
    if (this.call !== undefined) this.call.aborted = true;
    this.socket.end();
    if (this.socket.writableLength > 0) this.socket.setTimeout(this.shared.stalledMs);
  };

  private readonly onDrain = (): void => {
    this.socket.setTimeout(0);
    this.outlet?.drained();
  };

  private readonly onTimeout = (): void => this.close();

  private readonly onClose = (): void => {
    this.leave();
    if (this.call !== undefined) this.call.aborted = true;
    this.outlet?.closed();
  };

  private leave(): void {
    this.become("gone");
    this.shared.connections.delete(this);
    this.inbox.takeAll();
  }

  /** What has come and was not served is said to node:http as if it came now. */
  private handOver(bytes: Buffer, end?: "and its end"): void {
    const { socket } = this;
    this.leave();
    for (const [event, act] of this.listeners()) socket.off(event, act);
    this.shared.giveToNode(socket);
    if (bytes.length > 0) socket.emit("data", bytes);
    if (end !== undefined) socket.emit("end");
    else if (socket.isPaused()) socket.resume();
  }

  private listeners(): [event: string, act: (piece: Buffer) => void][] {
    return [
      ["data", this.onData],
      ["end", this.onEnd],
      ["drain", this.onDrain],
      ["timeout", this.onTimeout],
      ["close", this.onClose],
      ["error", ignore],
    ];
  }
}

/** Its close follows. */
const ignore = () => {};
