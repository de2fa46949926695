import { randomBytes } from "node:crypto";
import ipaddr from "ipaddr.js";
import { config } from "./config.ts";
import { singleton } from "./singletons.ts";

/**
 * Header by which the listener tells who is on the other end of the socket: `<nonce>;<address>`. It deletes
 * what a client sent under this name and sets its own; Next would let a client's own X-Forwarded-For win.
 */
export const peerHeader = "x-tollgate-peer";

/** This process's nonce: who does not know it cannot claim an address. */
export function peerNonce(): string {
  return singleton("peer-nonce", () => randomBytes(16).toString("hex"));
}

/** The header's value for a socket's remote address. */
export function peerValue(socketAddress: string | undefined): string {
  return `${peerNonce()};${socketAddress ?? ""}`;
}

/**
 * The caller's IP address, or null when it is not known. The peer itself, unless TRUSTED_PROXIES holds it:
 * then the rightmost X-Forwarded-For entry that is no trusted proxy. IPv4-mapped addresses are unmapped.
 */
export function clientIp(headers: Pick<Headers, "get">): string | null {
  return resolveClientIp({
    peer: headers.get(peerHeader),
    nonce: peerNonce(),
    forwardedFor: headers.get("x-forwarded-for"),
    trustedProxies: config().trustedProxies,
  });
}

/** The pure rule behind clientIp. */
export function resolveClientIp(input: {
  peer: string | null;
  nonce: string;
  forwardedFor: string | null;
  trustedProxies: readonly string[] | "platform" | undefined;
}): string | null {
  const { trustedProxies: trusted } = input;
  const peer = input.peer?.startsWith(`${input.nonce};`)
    ? normalizeIp(input.peer.slice(input.nonce.length + 1))
    : null;
  if (trusted === undefined) return peer;
  const forwarded = (input.forwardedFor ?? "").split(",").map((part) => normalizeIp(part.trim()));
  // `next start` has no listener of ours; the platform's own entry is the last one.
  if (trusted === "platform") return peer ?? forwarded.at(-1) ?? null;
  if (peer === null || !isIn(peer, trusted)) return peer;
  let known = peer;
  for (const address of forwarded.reverse()) {
    // Behind an entry that is no address, nothing further left can be believed.
    if (address === null) return known;
    known = address;
    if (!isIn(address, trusted)) return address;
  }
  return known;
}

const MOST_KNOWN = 10_000;
const MOST_CHARACTERS = 64;
const addresses = new Map<string, string | null>();

/** An address in its canonical form, IPv4-mapped ones as IPv4; null for anything else. */
export function normalizeIp(text: string): string | null {
  const known = addresses.get(text);
  if (known !== undefined) return known;
  const address = parseIp(text);
  // Callers come back, and parsing an address costs more than all else that is done with it.
  if (addresses.size >= MOST_KNOWN) addresses.clear();
  if (text.length <= MOST_CHARACTERS) addresses.set(text, address);
  return address;
}

function parseIp(text: string): string | null {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text.split("%")[0] ?? "");
  return isAddress ? ipaddr.process(text.split("%")[0] ?? "").toString() : null;
}

/** Whether an address lies in one of these networks. Lists are read once each: do not change them in place. */
export function isIn(address: string, cidrs: readonly string[]): boolean {
  const parsed = parsedAddress(address);
  const networks = parsedNetworks(cidrs);
  for (const { network, bits, kind } of networks) {
    if (kind === parsed.kind() && parsed.match(network, bits)) return true;
  }
  return false;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = { network: Address; bits: number; kind: string };
const parsedAddresses = new Map<string, Address>();
const networksOf = new WeakMap<readonly string[], Network[]>();

function parsedAddress(text: string): Address {
  const known = parsedAddresses.get(text);
  if (known !== undefined) return known;
  const parsed = ipaddr.process(text);
  if (parsedAddresses.size >= MOST_KNOWN) parsedAddresses.clear();
  parsedAddresses.set(text, parsed);
  return parsed;
}

function parsedNetworks(cidrs: readonly string[]): Network[] {
  const known = networksOf.get(cidrs);
  if (known !== undefined) return known;
  const networks = cidrs.map((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return { network, bits, kind: network.kind() };
  });
  networksOf.set(cidrs, networks);
  return networks;
}
