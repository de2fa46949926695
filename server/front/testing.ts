import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Answer, Incoming } from "#lib/gateway/exchange";
import { mountGateway } from "../gateway-mount.ts";
import { createListener, type Listener } from "../http.ts";
import { withFront } from "./front.ts";

/** A listener with or without a front, and who served which target: for tests of the front. */
export type Place = { listener: Listener; port: number; servedBy: string[] };

export type Gateway = (incoming: Incoming) => Promise<Answer>;

const open: Listener[] = [];

/** Ends all that `place` started. */
export function closePlaces(): void {
  for (const listener of open.splice(0)) {
    listener.closeAll();
    listener.server.close();
  }
}

/** A listener before which stands a front, or none does. */
export async function place(
  gateway: Gateway,
  options: { front?: boolean; stalledMs?: number; sweepMs?: number } = {},
): Promise<Place> {
  const servedBy: string[] = [];
  const told =
    (by: string): Gateway =>
    (incoming) => {
      servedBy.push(by);
      return gateway(incoming);
    };
  const { front = true, ...patience } = options;
  const bare = createListener({ gateway: mountGateway(told("node"), options.stalledMs), next: sayNext });
  const listener = front ? withFront(bare, told("front"), patience) : bare;
  open.push(listener);
  listener.server.listen(0, "127.0.0.1");
  await once(listener.server, "listening");
  return { listener, servedBy, port: (listener.server.address() as AddressInfo).port };
}

function sayNext(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.end(`next ${request.url}`);
}

/** A client that says bytes exactly as they are given. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  private text = "";

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.closed = new Promise((done) => this.socket.once("close", done));
    this.socket.on("error", () => {});
    this.socket.on("data", (data) => {
      this.text += data.toString("latin1");
    });
    this.socket.on("end", () => this.socket.end());
  }

  say(bytes: string): this {
    this.socket.write(bytes, "latin1");
    return this;
  }

  /** What has come so far, but for what is different every time. */
  get heard(): string {
    return this.text.replace(/Date: [^\r]*/g, "Date: now");
  }

  /** All that has come, once there is a part that matches. */
  async hear(part: RegExp): Promise<string> {
    while (!part.test(this.text)) await Promise.race([once(this.socket, "data"), this.closed.then(gone)]);
    return this.heard;
  }

  /** All that has come when the connection has closed. */
  async all(): Promise<string> {
    await this.closed;
    return this.heard;
  }
}

function gone(): never {
  throw new Error("the connection closed before that was heard");
}

/** A plain call, as most clients send one. */
export function call(body: string, more = "", target = "/v1/x"): string {
  return `POST ${target} HTTP/1.1\r\nhost: x\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;
}

/** After its answer the connection closes. */
export const LAST = "GET /v1/last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/** Answers with all that it was told. */
export const echo: Gateway = async (incoming) => {
  const body = (await bodyOf(incoming)).toString("latin1");
  const { method, target, headers } = incoming;
  const told = JSON.stringify({ method, target, headers: [...headers].toSorted(), body });
  return { status: 200, headers: { "content-type": "application/json", "x-a": "b" }, body: told };
};

export async function bodyOf(incoming: Incoming): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await incoming.readBody((chunk) => chunks.push(chunk) > 0);
  return Buffer.concat(chunks);
}
