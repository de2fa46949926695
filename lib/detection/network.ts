/** The network that an address is taken to belong to: /24, of IPv6 /48. `ip` in canonical spelling (lib/runtime/peer). */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return `${ip.slice(0, ip.lastIndexOf("."))}.0/24`;
  const [a, b, c] = firstGroups(ip);
  return c === "0" ? (b === "0" ? `${a}::/48` : `${a}:${b}::/48`) : `${a}:${b}:${c}::/48`;
}

/** The wider neighbourhood, where no table tells whose a network is: /16, of IPv6 /32. */
export function neighbourhoodOf(network: string): string {
  if (!network.includes(":")) return `${network.split(".").slice(0, 2).join(".")}.0.0/16`;
  const [a, b] = firstGroups(network);
  return b === "0" ? `${a}::/32` : `${a}:${b}::/32`;
}

/** The first address of a network, to look it up by. */
export const addressIn = (network: string): string => network.slice(0, network.indexOf("/"));

function firstGroups(ip: string): [string, string, string] {
  const gap = ip.indexOf("::");
  const head = (gap === -1 ? ip : ip.slice(0, gap)).split(":").filter((group) => group !== "");
  return [head[0] ?? "0", head[1] ?? "0", head[2] ?? "0"];
}
