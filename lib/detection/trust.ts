import ipaddr from "ipaddr.js";
import { addressIn } from "./network.ts";
import type { Sighting } from "./sighting.ts";

/** Whether a person vouched for all that is seen here: for the network, or for each of its addresses. */
export function isTrusted(seen: Sighting, trusted: readonly string[]): boolean {
  if (trusted.length === 0) return false;
  const ips = seen.network.includes("/") ? seen.ips.map(({ ip }) => ip) : [];
  return (
    trusted.some((cidr) => covers(cidr, seen.network)) ||
    (ips.length > 0 && ips.every((ip) => isInAny(ip, trusted)))
  );
}

/** Whether a whole network lies within another. */
export function covers(cidr: string, network: string): boolean {
  if (!network.includes("/") || !ipaddr.isValidCIDR(cidr)) return false;
  const [, bits] = ipaddr.parseCIDR(cidr);
  return bits <= Number(network.slice(network.indexOf("/") + 1)) && isInAny(addressIn(network), [cidr]);
}

function isInAny(ip: string, cidrs: readonly string[]): boolean {
  const address = ipaddr.parse(ip);
  return cidrs.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}
