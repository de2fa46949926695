import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { healthResponse, readyResponse } from "#lib/runtime/health";
import { log } from "#lib/runtime/log";
import { peerHeader, peerValue } from "#lib/runtime/peer";
import { metricsResponse } from "#lib/runtime/prometheus";
import { shutdown } from "#lib/runtime/shutdown";
import { isGatewayTarget, normalizeTarget } from "./request-target.ts";

/** A node:http handler; Next's and ours both fit. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The listener and what is under way on it. */
export type Listener = {
  readonly server: Server;
  /** Requests begun and not ended, without the plain endpoints. */
  inFlight(): number;
  /** Closes connections on which no request is under way. */
  closeIdle(): void;
  closeAll(): void;
};

/**
 * The one listener: plain endpoints here, the gateway's paths to `gateway`, everything else to `next`.
 * Without `gateway` (GATEWAY_MOUNT=next) its paths go to Next's route handlers too.
 * A stopping process refuses Next's requests; the gateway refuses its own, in the caller's protocol.
 */
export function createListener(handlers: { gateway: NodeHandler | undefined; next: NodeHandler }): Listener {
  let inFlight = 0;
  const server = createServer(LIMITS, (request, response) => {
    const target = normalizeTarget(request.url ?? "");
    if (target === undefined) {
      refuse(response, 400, "The request's path is malformed.");
      return;
    }
    request.url = target;
    stampPeer(request);
    if (answerPlain(target, request, response)) return;

    const isGateway = isGatewayTarget(target);
    if (shutdown().stopping.aborted) {
      response.shouldKeepAlive = false;
      if (!isGateway) {
        refuse(response, 503, "The server is stopping.");
        return;
      }
    }
    inFlight += 1;
    response.once("close", () => {
      inFlight -= 1;
    });
    const handler = (isGateway && handlers.gateway) || handlers.next;
    void run(handler, request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return {
    server,
    inFlight: () => inFlight,
    closeIdle: () => server.closeIdleConnections(),
    closeAll: () => server.closeAllConnections(),
  };
}

/**
 * keepAlive above the usual 60 s of load balancers, so that they close first; headers must arrive within
 * 80 s, a whole request within 5 min; answers may stream for as long as they like.
 */
const LIMITS = { keepAliveTimeout: 75_000, headersTimeout: 80_000, requestTimeout: 300_000, noDelay: true };
const MAX_CONNECTIONS = 10_000;

/** One request's failure is never the process's: without this catch it would be. */
async function run(handler: NodeHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await handler(request, response);
  } catch (err) {
    log().error({ err }, "a request failed");
    if (response.headersSent) response.destroy();
    else refuse(response, 500, "The server failed.");
  }
}

/** Only we say who the peer is: what a client sent under that name goes, also from the raw headers. */
function stampPeer(request: IncomingMessage): void {
  if (request.headers[peerHeader] !== undefined) {
    request.rawHeaders = request.rawHeaders.filter(
      (_, index, all) => all[index - (index % 2)]?.toLowerCase() !== peerHeader,
    );
  }
  const value = peerValue(request.socket.remoteAddress);
  request.rawHeaders.push(peerHeader, value);
  request.headers[peerHeader] = value;
}

function answerPlain(target: string, request: IncomingMessage, response: ServerResponse): boolean {
  const answer = plainEndpoints.get(target.split("?", 1)[0] ?? "");
  if (!answer) return false;
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(response, 405, "Only GET is answered here.");
    return true;
  }
  answer(request)
    .then((made) => send(made, request, response))
    .catch((err: unknown) => {
      log().error({ err }, "a plain endpoint failed");
      response.destroy();
    });
  return true;
}

const plainEndpoints = new Map<string, (request: IncomingMessage) => Promise<Response>>([
  ["/healthz", async () => healthResponse()],
  ["/readyz", () => readyResponse()],
  [
    "/metrics",
    (request) => {
      const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      );
      return metricsResponse(request.socket.remoteAddress, new Headers(headers));
    },
  ],
]);

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(request.method === "HEAD" ? undefined : await answer.text());
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, {
    "content-type": "application/problem+json",
    ...(status === 503 ? { "retry-after": "1" } : {}),
    connection: "close",
  });
  response.end(JSON.stringify({ type: "about:blank", status, code: CODES[status] ?? "refused", detail }));
}

const CODES: Readonly<Record<number, string>> = {
  400: "invalid_request",
  405: "method_not_allowed",
  500: "internal_error",
  503: "stopping",
};
