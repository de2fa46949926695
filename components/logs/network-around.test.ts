import { expect, it } from "vitest";
import { networkAround } from "./network-around.ts";

it.each([
  ["203.0.113.7", "203.0.113.0/24"],
  ["2001:db8:1:2::7", "2001:db8:1::/48"],
  ["2001:db8::7", "2001:db8::/48"],
  ["2001:db8:0:1:0:0:0:7", "2001:db8::/48"],
  ["::1", "::/48"],
  ["fe80::1:2:3:4:5", "fe80::/48"],
])("the network of %s is %s, as the report writes it", (ip, network) => {
  expect(networkAround(ip)).toBe(network);
});
