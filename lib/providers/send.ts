import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { isAddressAllowed } from "#lib/channels/address";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { chatUrl } from "./openai-compatible.ts";
import { type Provider, UpstreamFailure } from "./provider.ts";

type Rules = { allowPrivate: boolean; isOwnListener(host: string, port: number): boolean };

/**
 * The openai-compatible provider: sends through one connection pool per origin and connect time-out. Where a
 * connection may go is decided on the address that is dialled, after DNS; redirects are not followed.
 */
export function openAiCompatible(rules: () => Rules): Provider & { close(): Promise<void> } {
  const agents = new Map<number, Agent>();
  const agentFor = (connectTimeoutMs: number): Agent => {
    const made = agents.get(connectTimeoutMs) ?? createAgent(connectTimeoutMs, rules);
    agents.set(connectTimeoutMs, made);
    return made;
  };
  return {
    async send(channel, request) {
      const url = chatUrl(channel.baseUrl, request.path);
      assertLiteral(url, rules());
      const response = await agentFor(request.connectTimeoutMs)
        .request({
          origin: url.origin,
          path: url.pathname,
          method: "POST",
          headers: headersOf(channel, request.stream),
          body: request.body,
          signal: request.signal,
        })
        .catch((error: unknown) => {
          throw new UpstreamFailure(classOf(error));
        });
      return {
        status: response.statusCode,
        contentType: headerOf(response, "content-type").toLowerCase(),
        retryAfter: headerOf(response, "retry-after") || undefined,
        body: encodingGuard(response),
      };
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function createAgent(connectTimeoutMs: number, rules: () => Rules): Agent {
  return new Agent({
    // Our own clocks (lib/gateway/watch.ts) stand over headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    connections: 1024,
    pipelining: 1,
    maxHeaderSize: 64 << 10,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup(rules), autoSelectFamily: true },
  });
}

/** Headers to upstream are ours alone: nothing of the client's crosses. */
function headersOf(channel: ChannelEntry, stream: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: stream ? "text/event-stream" : "application/json",
    "accept-encoding": "identity",
  };
  if (channel.credential !== null) headers.authorization = `Bearer ${channel.credential}`;
  return headers;
}

/** Resolves like the system and then leaves out every address that a channel may not connect to. */
function guardedLookup(rules: () => Rules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const allowed = addresses.filter(({ address }) => isAddressAllowed(address, rules()));
      const first = allowed[0];
      if (first === undefined) {
        return callback(Object.assign(new Error("address denied"), { code: "EDENIED" }), "", 0);
      }
      if (options.all === true) (callback as unknown as (e: null, a: typeof allowed) => void)(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** Literal addresses are never looked up, so they are judged here; so is our own listener. */
function assertLiteral(url: URL, rules: Rules): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  if (rules.isOwnListener(host, port)) throw new UpstreamFailure("own_listener");
  if (isIP(host) !== 0 && !isAddressAllowed(host, rules)) throw new UpstreamFailure("address_denied");
}

/** We ask for plain bodies; one that is encoded all the same cannot be metered. */
async function* encodingGuard(response: Dispatcher.ResponseData): AsyncGenerator<Uint8Array> {
  const encoding = headerOf(response, "content-encoding");
  if (encoding !== "" && encoding !== "identity") {
    response.body.destroy();
    throw new UpstreamFailure("malformed");
  }
  yield* response.body;
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

const CLASSES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  ECONNREFUSED: "connect_refused",
  ENOTFOUND: "dns_failed",
  EAI_AGAIN: "dns_failed",
  ECONNRESET: "connection_lost",
  UND_ERR_SOCKET: "connection_lost",
  EDENIED: "address_denied",
};

function classOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code)) return "tls_failed";
  return CLASSES[code] ?? "connection_lost";
}
