import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, type Incoming, isStream, type Leaving } from "#lib/gateway/exchange";
import { failedAnswer } from "./failed-answer.ts";
import type { NodeHandler } from "./http.ts";
import { ResponseOutlet } from "./outlet.ts";
import { sendStream } from "./send-stream.ts";

/** How long a body that nobody wants is still taken from the wire. */
const DISCARD_MS = 5_000;
/** How long a client may take nothing of what waits for it. What waits is memory, and a call's place among those at once. */
export const STALLED_MS = 120_000;

/**
 * Puts the gateway straight behind node:http, without web objects in between. What it throws is a fault of ours:
 * logged, and answered without a word of the reason.
 */
export function mountGateway(
  gateway: (incoming: Incoming) => Promise<Answer>,
  stalledMs: number = STALLED_MS,
): NodeHandler {
  return async (request, response) => {
    const answer = await gateway(new NodeIncoming(request, response)).catch(failedAnswer);
    if (!request.complete) discardRest(request);
    if (response.destroyed) {
      if (isStream(answer.body)) await answer.body.abandon();
      return;
    }
    if (isStream(answer.body)) {
      response.writeHead(answer.status, answer.headers);
      await sendStream(answer.body, new ResponseOutlet(response, stalledMs));
    } else {
      sendWhole(answer, answer.body, response);
      // Runs only while nothing moves: a slow reader is no stalled one. node:http closes the connection when it is over.
      if (response.writableLength > 0) response.setTimeout(stalledMs);
    }
  };
}

/** Up to so many bytes a copy is cheaper than a second piece in the system call. */
const MOST_COPIED_BYTES = 64 << 10;

/** Head and body go out in one piece: node:http joins a string to its head, and latin1 keeps every byte as it is. */
function sendWhole({ status, headers }: Answer, body: string | Uint8Array, response: ServerResponse): void {
  const length = String(typeof body === "string" ? Buffer.byteLength(body) : body.byteLength);
  response.writeHead(
    status,
    headers["content-length"] === undefined ? { ...headers, "content-length": length } : headers,
  );
  if (typeof body === "string" || body.byteLength > MOST_COPIED_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
}

/**
 * An answer that comes before its request has ended: closing now would break the client's writing, and with it the reading of
 * why. The rest is thrown away as it comes, for a while.
 */
function discardRest(request: IncomingMessage): void {
  const { socket } = request;
  const patience = setTimeout(() => {
    if (!request.complete) socket.destroy();
  }, DISCARD_MS);
  patience.unref();
  request.once("close", () => clearTimeout(patience)).resume();
}

class NodeIncoming implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly headers: NodeHeaders;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.method = request.method ?? "GET";
    this.target = request.url ?? "/";
    this.headers = new NodeHeaders(request);
    this.#request = request;
    this.#response = response;
  }

  get signal(): Leaving {
    return this;
  }

  get aborted(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  readBody(take: (chunk: Uint8Array) => boolean): Promise<void> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const onData = (chunk: Uint8Array) => {
        if (take(chunk)) return;
        request.off("data", onData).pause();
        resolve();
      };
      request.on("data", onData).once("end", resolve);
      const onClose = () => {
        if (!request.readableEnded) reject(new Error("the client went away"));
      };
      request.once("close", onClose);
      if (request.destroyed) onClose();
    });
  }
}

class NodeHeaders {
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  get(name: string): string | null {
    const value = this.#request.headers[name];
    return typeof value === "object" ? value.join(", ") : (value ?? null);
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (const name of Object.keys(this.#request.headers)) yield [name, this.get(name) ?? ""];
  }
}
