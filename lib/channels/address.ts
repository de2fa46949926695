import ipaddr from "ipaddr.js";

/** What a channel may connect to: `private` only if the setting allows it, `denied` never. */
export type AddressClass = "public" | "private" | "denied";

export type AddressRules = { allowPrivate: boolean };

/** Where this process listens. */
export type OwnListener = { host: string; port: number };

/** What is asked before each connection. */
export type DialRules = AddressRules & { own: OwnListener };

/** Cloud metadata that lies outside the link-local range: AWS (IPv6), GCP (IPv6), Alibaba, Azure, Oracle. */
const metadataAddresses = new Set([
  "fd00:ec2::254",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
]);
const metadataNames = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
]);
const deniedRanges = new Set<string>(["unspecified", "linkLocal", "multicast", "broadcast"]);
const privateRanges = new Set<string>([
  "loopback",
  "private",
  "uniqueLocal",
  "carrierGradeNat",
  "deprecatedSiteLocal",
]);

/**
 * Class of a literal IP address. IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged as that IPv4 address;
 * what is no address at all is denied.
 */
export function addressClass(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return "denied";
  const address = embeddedIpv4(ipaddr.parse(text));
  if (metadataAddresses.has(address.toString())) return "denied";
  const range = address.range();
  if (deniedRanges.has(range)) return "denied";
  return privateRanges.has(range) ? "private" : "public";
}

/** Whether a channel may connect to this literal IP address. */
export function isAddressAllowed(text: string, rules: AddressRules): boolean {
  const found = addressClass(text);
  return found === "public" || (found === "private" && rules.allowPrivate);
}

/** Whether a host, by name or literal address, and a port lead back to where this process listens. */
export function isOwnListener(own: OwnListener, host: string, port: number): boolean {
  if (port !== own.port) return false;
  const name = host.replace(/\.$/, "");
  if (name === own.host || isLocalName(name)) return true;
  if (!ipaddr.isValid(name)) return false;
  const range = embeddedIpv4(ipaddr.parse(name)).range();
  return range === "loopback" || range === "unspecified";
}

/** Why a base URL is not dialled at all: literal addresses are never looked up, so they are judged here. */
export function dialProblem(url: URL, rules: DialRules): "own_listener" | "address_denied" | undefined {
  const host = hostOf(url);
  if (isOwnListener(rules.own, host, portOf(url))) return "own_listener";
  return ipaddr.isValid(host) && !isAddressAllowed(host, rules) ? "address_denied" : undefined;
}

/** A URL's host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** A URL's port, its scheme's own if it names none. */
export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/**
 * Why a channel's base URL is refused when it is written, or undefined. Names are judged again by the addresses
 * they resolve to when a connection is made.
 */
export function baseUrlProblem(text: string, rules: AddressRules): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return "an address such as https://api.example.com/v1 is expected";
  }
  if (url.username !== "" || url.password !== "")
    return "user name and password do not belong into the address";
  if (url.search !== "" || url.hash !== "") return "no query and no fragment are expected";
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (metadataNames.has(host)) return "cloud metadata addresses are not allowed";
  if (ipaddr.isValid(host)) return addressProblem(host, rules);
  if (isLocalName(host) && !rules.allowPrivate) return "private addresses are not allowed by the settings";
  return undefined;
}

/** Scheme, host and port: what a credential was entered for. */
export function originOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  return url === null ? "" : `${url.protocol}//${url.host}`;
}

function addressProblem(host: string, rules: AddressRules): string | undefined {
  if (isAddressAllowed(host, rules)) return undefined;
  return addressClass(host) === "private"
    ? "private addresses are not allowed by the settings"
    : "link-local, metadata, unspecified and multicast addresses are not allowed";
}

function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

function embeddedIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === "rfc6052" || range === "rfc6145") return new ipaddr.IPv4(bytes.slice(12, 16));
  if (range === "6to4") return new ipaddr.IPv4(bytes.slice(2, 6));
  return address;
}
