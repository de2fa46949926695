import { expect, it } from "vitest";
import { readAddress } from "./address.ts";

it.each([
  ["203.0.113.7", { ip: "203.0.113.7" }],
  ["::ffff:203.0.113.7", { ip: "203.0.113.7" }],
  ["2001:DB8::7", { ip: "2001:db8::7" }],
  ["10.0.0.0/8", { cidr: "10.0.0.0/8" }],
  ["::ffff:10.0.0.0/104", { cidr: "10.0.0.0/8" }],
  ["2001:db8::/48", { cidr: "2001:db8::/48" }],
  ["10", { cidr: "10.0.0.0/8" }],
  ["203.0.113.", { cidr: "203.0.113.0/24" }],
  ["300.1", undefined],
  ["203.0.113.7/33", undefined],
  ["fe80::1%eth0", undefined],
  ["nobody", undefined],
])("%s is read as an address or a network", (text, read) => {
  expect(readAddress(text)).toEqual(read);
});
