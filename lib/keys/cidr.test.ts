import { describe, expect, it } from "vitest";
import { normaliseCidr } from "./cidr.ts";

describe("networks of a key", () => {
  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["203.0.113.7", "203.0.113.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["203.0.113.255/25", "203.0.113.128/25"],
    ["2001:DB8::1/32", "2001:db8::/32"],
    ["2001:db8:0:0:0:0:0:1", "2001:db8::1/128"],
    ["::/0", "::/0"],
    ["::ffff:10.0.0.1", "10.0.0.1/32"],
    ["::ffff:10.1.2.3/104", "10.0.0.0/8"],
    [" 192.0.2.0/24 ", "192.0.2.0/24"],
  ])("%s is kept as %s", (text, cidr) => {
    expect(normaliseCidr(text)).toBe(cidr);
  });

  it.each([
    "",
    "x",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0/8",
    "::/129",
    "10.0.0.0/8/8",
    "0x7f.1/8",
    "fe80::1%eth0",
    "10.0.0.0/",
  ])("%j is refused", (text) => {
    expect(normaliseCidr(text)).toBeUndefined();
  });
});
