import { isIP } from "node:net";
import { Pool } from "undici";
import { type DialRules, hostOf, isAddressAllowed, isOwnListener, portOf } from "#lib/channels/address";
import { guardedLookup } from "#lib/channels/dial/live";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { chatUrl } from "../openai-compatible.ts";
import { UpstreamFailure } from "../provider.ts";

/** A channel's connections and what of its requests is always the same. */
export type UpstreamPool = {
  pool: Pool;
  origin: string;
  /** Before the protocol's path: "/v1". */
  pathPrefix: string;
  /** Why the rules of now forbid the address; undefined: they do not. */
  forbidden(): UpstreamFailure | undefined;
  /** Flat header list by credential, for a streamed and for a whole answer. */
  headers(secret: string | null, stream: boolean): string[];
};

const KEEP_ALIVE_MS = 15_000;
const MOST_CONNECTIONS = 10_000;
const MOST_HEADER_BYTES = 64 << 10;
const MOST_HEADER_LISTS = 200;

/**
 * Connections of one channel to one origin. Where a connection may go is decided on the address that is dialled, after
 * DNS; redirects are not followed.
 */
export function createUpstreamPool(
  { baseUrl }: ChannelEntry,
  connectTimeoutMs: number,
  rules: () => DialRules,
): UpstreamPool {
  const url = chatUrl(baseUrl, "");
  const [host, port] = [hostOf(url), portOf(url)];
  const isLiteral = isIP(host) !== 0;
  const lists = new Map<string, string[]>();
  /** The verdict on a literal address, which changes with this rule alone: judging it anew for each call is dear. */
  const verdicts = new Map<boolean, boolean>();
  const isLiteralAllowed = (now: DialRules): boolean => {
    const known = verdicts.get(now.allowPrivate);
    if (known !== undefined) return known;
    const verdict = isAddressAllowed(host, now);
    verdicts.set(now.allowPrivate, verdict);
    return verdict;
  };
  return {
    pool: new Pool(url.origin, {
      // Our own clocks (lib/gateway/watch.ts) stand over headers and body.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connections: MOST_CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: MOST_HEADER_BYTES,
      connect: { timeout: connectTimeoutMs, lookup: guardedLookup(rules, port), autoSelectFamily: true },
    }),
    origin: url.origin,
    pathPrefix: url.pathname,
    forbidden() {
      const now = rules();
      if (isOwnListener(now.own, host, port)) return new UpstreamFailure("own_listener");
      // Literal addresses are never looked up, so they are judged here.
      return isLiteral && !isLiteralAllowed(now) ? new UpstreamFailure("address_denied") : undefined;
    },
    headers(secret, stream) {
      const key = `${stream ? "s" : "w"}${secret ?? ""}`;
      const known = lists.get(key);
      if (known !== undefined) return known;
      if (lists.size >= MOST_HEADER_LISTS) lists.clear();
      const made = headersOf(secret, stream);
      lists.set(key, made);
      return made;
    },
  };
}

/** Headers to upstream are ours alone: nothing of the client's crosses. */
function headersOf(secret: string | null, stream: boolean): string[] {
  const accept = stream ? "text/event-stream" : "application/json";
  const list = ["content-type", "application/json", "accept", accept, "accept-encoding", "identity"];
  return secret === null ? list : [...list, "authorization", `Bearer ${secret}`];
}
