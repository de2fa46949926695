import { once } from "node:events";
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { WireRequest } from "./connection.ts";
import { type Destination, dialTo } from "./live.ts";
import { WirePool } from "./pool.ts";
import type { ResponseHead } from "./response-head.ts";
import type { AnswerSink } from "./response-reader.ts";

/** One connection as an upstream of these tests sees it. */
export type Peer = { socket: Socket; requests: string[] };
export type RawUpstream = { port: number; peers: Peer[] };

const open: { server: Server; peers: Peer[] }[] = [];
const pools: WirePool[] = [];

/** Ends all that a test has started. */
export function closeAll(): void {
  for (const pool of pools.splice(0)) pool.destroy();
  for (const { server, peers } of open.splice(0)) {
    server.close();
    for (const { socket } of peers) socket.destroy();
  }
}

/** An upstream that says to each whole request what `answer` writes, byte for byte. */
export async function rawUpstream(
  answer: (peer: Peer, request: string) => void,
  tls?: TlsOptions,
): Promise<RawUpstream> {
  const peers: Peer[] = [];
  const onSocket = (socket: Socket) => {
    const peer: Peer = { socket, requests: [] };
    peers.push(peer);
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let size = sizeOf(text); size > 0; size = sizeOf(text)) {
        const request = text.slice(0, size);
        text = text.slice(size);
        peer.requests.push(request);
        answer(peer, request);
      }
    });
  };
  const server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
  server.on("tlsClientError", () => {});
  open.push({ server, peers });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { port: (server.address() as AddressInfo).port, peers };
}

/** Of the first request in it, bytes; 0: it is not whole. */
function sizeOf(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length ? end + 4 + length : 0;
}

/** Every name leads here. */
export const homeward: LookupFunction = (_, options, found) => {
  const here = { address: "127.0.0.1", family: 4 };
  if (options.all === true) (found as unknown as (e: null, all: object[]) => void)(null, [here]);
  else found(null, here.address, here.family);
};

/** A pool to an upstream of these tests. */
export function poolTo(
  { port }: Pick<RawUpstream, "port">,
  options: Partial<Destination> & { most?: number; nowMs?: () => number } = {},
): WirePool {
  const { most = 100, nowMs = () => 0, ...destination } = options;
  const dial = dialTo({
    ...{ host: "127.0.0.1", port, isEncrypted: false, connectTimeoutMs: 5_000, lookup: homeward },
    ...destination,
  });
  const pool = new WirePool(dial, { most, nowMs });
  pools.push(pool);
  return pool;
}

/** A request as the gateway makes it. */
export const asking = (body: string | Uint8Array = "{}"): WireRequest => ({
  head: "POST /v1/chat/completions HTTP/1.1\r\nhost: upstream.test\r\nconnection: keep-alive\r\n",
  body: Buffer.from(body),
});

/** What came of a request: read to its end, or why not. */
export type Outcome = { status: number; body: string } | { error: string };

/** Hears an answer; a test may look at what has come so far. */
export class Ear implements AnswerSink {
  readonly outcome: Promise<Outcome>;
  status = 0;
  body = "";
  stirs = 0;
  private readonly done: (outcome: Outcome) => void;
  private readonly waiting: (() => void)[] = [];

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.done = resolve;
  }

  head({ status }: ResponseHead): void {
    this.status = status;
  }

  data(bytes: Buffer): void {
    this.body += bytes.toString("latin1");
  }

  end(): void {
    this.done({ status: this.status, body: this.body });
  }

  stirred(): void {
    this.stirs += 1;
    for (const act of this.waiting.splice(0)) act();
  }

  failed(error: Error): void {
    this.done({ error: "errorClass" in error ? String(error.errorClass) : error.message });
  }

  /** Resolves once so many bytes of the body have come. */
  async has(bytes: number): Promise<void> {
    while (this.body.length < bytes) await new Promise<void>((resolve) => void this.waiting.push(resolve));
  }
}

/** Sends a request and waits for what comes of it. */
export function ask(pool: WirePool, body?: string): Promise<Outcome> {
  const ear = new Ear();
  pool.send(asking(body), ear);
  return ear.outcome;
}
