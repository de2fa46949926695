import type { GatewayDeps } from "./deps.ts";
import type { Incoming, Leaving, RequestHeaders } from "./exchange.ts";
import { Sender } from "./sender.ts";

/** What is known of a request before anyone is asked: the facts that every row has. */
export type Arrival = {
  requestId: string;
  /** Database-corrected time, ms epoch; the time inside the request id. */
  createdAtMs: number;
  /** Monotonic, for durations. */
  startedMs: number;
  /** What of the time since then was spent waiting for the client to send its body: not the gateway's own. */
  clientMs: number;
  sender: Sender;
  method: string;
  path: string;
  /** With its question mark, or empty. A key may stand in it: it is never written down. */
  query: string;
  signal: Leaving;
  headers: RequestHeaders;
};

/** Reads the facts of a request. */
export function arrive(request: Incoming, deps: GatewayDeps): Arrival {
  const { method, target, headers, signal } = request;
  const queryAt = target.indexOf("?");
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? "" : target.slice(queryAt);
  const createdAtMs = Math.round(deps.now());
  const sender = request.sender ?? new Sender(headers, { path, query }, deps);
  request.sender = sender;
  return {
    requestId: deps.newId(createdAtMs),
    createdAtMs,
    startedMs: deps.clock.monotonicMs(),
    clientMs: 0,
    sender,
    method,
    path,
    query,
    signal,
    headers,
  };
}
