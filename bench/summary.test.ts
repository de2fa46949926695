import { expect, it } from "vitest";
import { gatewayMs, percentile } from "./summary.ts";

it("finds the value below which a share lies", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([50, 99, 100]);
  expect([percentile([], 0.5), percentile([3], 0.01)]).toEqual([0, 3]);
});

it("reads the gateway's own time out of server-timing", () => {
  expect(gatewayMs("gateway;dur=1.25")).toBe(1.25);
  expect(gatewayMs('upstream;dur=40, gateway;desc="own";dur=0.7')).toBe(0.7);
  expect([gatewayMs(null), gatewayMs("upstream;dur=4")]).toEqual([undefined, undefined]);
});
