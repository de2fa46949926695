import ipaddr from "ipaddr.js";
import { normaliseCidr } from "#lib/keys/cidr";

/** The network that an address stands for: /24, IPv6 /48; "unknown" for none. Within it one stays the same place. */
export function placeOf(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  return normaliseCidr(`${address.toString()}/${address.kind() === "ipv4" ? 24 : 48}`) ?? "unknown";
}

/** "Firefox on Linux": what a User-Agent tells of a browser, without its version, which changes every month. */
export function browserOf(userAgent: string | null | undefined): string {
  const text = userAgent ?? "";
  const name = browsers.find(([, pattern]) => pattern.test(text))?.[0];
  const system = systems.find(([, pattern]) => pattern.test(text))?.[0];
  if (name === undefined) return system ?? "unknown";
  return system === undefined ? name : `${name} on ${system}`;
}

/** In this order: each also names those after it. */
const browsers: readonly (readonly [string, RegExp])[] = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|CriOS|HeadlessChrome)\//],
  ["Safari", /\bSafari\//],
  ["curl", /^curl\//],
];

const systems: readonly (readonly [string, RegExp])[] = [
  ["Android", /Android/],
  ["iOS", /iPhone|iPad|iPod/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X|Macintosh/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux|X11/],
];
