import { redactText } from "#lib/runtime/redact";
import type { GatewayDeps } from "./deps.ts";
import type { Incoming, Leaving, RequestHeaders } from "./exchange.ts";

/** What is known of a request before anyone is asked: the facts that every row has. */
export type Arrival = {
  requestId: string;
  /** Database-corrected time, ms epoch; the time inside the request id. */
  createdAtMs: number;
  /** Monotonic, for durations. */
  startedMs: number;
  /** What of the time since then was spent waiting for the client to send its body: not the gateway's own. */
  clientMs: number;
  /** undefined: no listener of ours vouches for a peer. */
  ip: string | undefined;
  userAgent: string | undefined;
  method: string;
  path: string;
  /** With its question mark, or empty. A key may stand in it: it is never written down. */
  query: string;
  /** The secret as presented, wherever the protocol puts it. */
  presentedKey: string | undefined;
  signal: Leaving;
  headers: RequestHeaders;
};

/** Reads the facts of a request. Nothing of it is believed that a client could forge. */
export function arrive(request: Incoming, deps: GatewayDeps): Arrival {
  const { method, target, headers, signal } = request;
  const queryAt = target.indexOf("?");
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? "" : target.slice(queryAt);
  const createdAtMs = Math.round(deps.now());
  return {
    requestId: deps.newId(createdAtMs),
    createdAtMs,
    startedMs: deps.clock.monotonicMs(),
    clientMs: 0,
    ip: deps.clientIp(headers) ?? undefined,
    userAgent: agentOf(headers),
    method,
    path,
    query,
    presentedKey: presentedKey(headers, path, query),
    signal,
    headers,
  };
}

function agentOf(headers: RequestHeaders): string | undefined {
  const agent = headers.get("user-agent");
  return agent === null ? undefined : storable(agent);
}

function presentedKey(headers: RequestHeaders, path: string, query: string): string | undefined {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.get("authorization") ?? "")?.[1];
  return (
    bearer ??
    headers.get("x-api-key") ??
    headers.get("x-goog-api-key") ??
    (path.startsWith("/v1beta/") ? new URLSearchParams(query).get("key") : null) ??
    undefined
  );
}

/**
 * A name from outside (path, model, user agent) as it is written down: short, without what Postgres cannot store, and
 * without a key that was put in the wrong place. It is escaped where it is shown, not here.
 */
export function storable(text: string): string {
  const short = text.slice(0, 128).replaceAll("\u0000", "").toWellFormed();
  return MAY_HOLD_KEY.test(short) ? redactText(short) : short;
}

const MAY_HOLD_KEY = /[sprk]k-|tgm_|key=|[Bb]earer/;
