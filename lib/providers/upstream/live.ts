import { isIP } from "node:net";
import { type DialRules, hostOf, isAddressAllowed, isOwnListener, portOf } from "#lib/channels/address";
import { guardedLookup } from "#lib/channels/dial/live";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { chatUrl } from "../openai-compatible.ts";
import { UpstreamFailure } from "../provider.ts";
import { dialTo } from "../wire/live.ts";
import { WirePool } from "../wire/pool.ts";
import { type RequestHeads, requestHeads } from "./request-heads.ts";

/** A channel's connections and what of its requests is always the same. */
export type UpstreamPool = {
  pool: WirePool;
  heads: RequestHeads;
  /** Why the rules of now forbid the address; undefined: they do not. */
  forbidden(): UpstreamFailure | undefined;
};

const MOST_CONNECTIONS = 10_000;

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
  /** The verdict on a literal address, which changes with this rule alone: judging it anew for each call is dear. */
  const verdicts = new Map<boolean, boolean>();
  const isLiteralAllowed = (now: DialRules): boolean => {
    const known = verdicts.get(now.allowPrivate);
    if (known !== undefined) return known;
    const verdict = isAddressAllowed(host, now);
    verdicts.set(now.allowPrivate, verdict);
    return verdict;
  };
  const destination = {
    ...{ host, port, connectTimeoutMs },
    isEncrypted: url.protocol === "https:",
    lookup: guardedLookup(rules, port),
  };
  return {
    pool: new WirePool(dialTo(destination), { most: MOST_CONNECTIONS, nowMs: () => performance.now() }),
    heads: requestHeads(url),
    forbidden() {
      const now = rules();
      if (isOwnListener(now.own, host, port)) return new UpstreamFailure("own_listener");
      // Literal addresses are never looked up, so they are judged here.
      return isLiteral && !isLiteralAllowed(now) ? new UpstreamFailure("address_denied") : undefined;
    },
  };
}
