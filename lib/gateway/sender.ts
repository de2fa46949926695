import { checksumOk, hashHex } from "#lib/keys/secret";
import type { GatewayDeps } from "./deps.ts";
import type { RequestHeaders } from "./exchange.ts";
import { storable } from "./storable.ts";

/**
 * Who sends a request, as far as its head says: nothing of it is believed that a client could forge. One client's heads
 * are mostly the same, so that a mount which sees that keeps what was worked out from the first (exchange.ts).
 */
export class Sender {
  /** undefined: no listener of ours vouches for a peer. */
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  /** The secret as presented, wherever the protocol puts it. */
  readonly presentedKey: string | undefined;
  private hash: string | null | undefined;

  /** `query`: with its question mark, or empty. */
  constructor(
    headers: RequestHeaders,
    { path, query }: { path: string; query: string },
    { clientIp }: Pick<GatewayDeps, "clientIp">,
  ) {
    const agent = headers.get("user-agent");
    this.ip = clientIp(headers) ?? undefined;
    this.userAgent = agent === null ? undefined : storable(agent);
    this.presentedKey = presentedKey(headers, path, query);
  }

  /** SHA-256 of the presented key, in hex; undefined where none was presented, or its checksum is wrong. */
  get keyHash(): string | undefined {
    const { presentedKey: secret } = this;
    if (this.hash === undefined)
      this.hash = secret !== undefined && checksumOk(secret) ? hashHex(secret) : null;
    return this.hash ?? undefined;
  }
}

function presentedKey(headers: RequestHeaders, path: string, query: string): string | undefined {
  return (
    bearerOf(headers.get("authorization")) ??
    headers.get("x-api-key") ??
    headers.get("x-goog-api-key") ??
    (path.startsWith("/v1beta/") ? new URLSearchParams(query).get("key") : null) ??
    undefined
  );
}

const PLAIN_BEARER = "Bearer ";
const HAS_SPACE = /\s/;

/** What stands behind the scheme of an Authorization header, as RFC 6750 has it; with more space than that, too. */
function bearerOf(authorization: string | null): string | undefined {
  if (authorization === null) return undefined;
  const token = authorization.slice(PLAIN_BEARER.length);
  if (authorization.startsWith(PLAIN_BEARER) && token !== "" && !HAS_SPACE.test(token)) return token;
  return /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
}
