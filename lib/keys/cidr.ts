import ipaddr from "ipaddr.js";

/**
 * A network in its one spelling: host bits cleared, IPv6 compressed, IPv4-mapped IPv6 unmapped, a lone address
 * as /32 or /128. "10.1.2.3/8" → "10.0.0.0/8", "::ffff:10.0.0.1" → "10.0.0.1/32". undefined = not a network.
 */
export function normaliseCidr(text: string): string | undefined {
  const [address, bits, ...rest] = text.trim().split("/");
  if (address === undefined || rest.length > 0 || !isAddress(address)) return undefined;
  const parsed = ipaddr.parse(address);
  const width = parsed.kind() === "ipv6" ? 128 : 32;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = bits === undefined ? width : Number(bits);
  if (prefix > width) return undefined;
  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  if (mapped && prefix >= 96) return network(parsed.toIPv4Address(), prefix - 96);
  return network(parsed, prefix);
}

/** Many networks, each once, in the order given; `wrong` are the indexes of those that are none. */
export function normaliseCidrs(texts: readonly string[]): { cidrs: string[]; wrong: number[] } {
  const read = texts.map(normaliseCidr);
  const cidrs = new Set(read.flatMap((cidr) => cidr ?? []));
  return { cidrs: [...cidrs], wrong: read.flatMap((cidr, index) => (cidr === undefined ? [index] : [])) };
}

// Only the spellings that everyone reads alike: ipaddr.js would also take 0x7f.1 and zone ids.
function isAddress(text: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) ||
    (text.includes(":") && /^[0-9a-f:.]+$/i.test(text) && ipaddr.IPv6.isValid(text))
  );
}

function network(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(Math.max(prefix - index * 8, 0), 8);
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`;
}
