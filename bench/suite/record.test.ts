import { describe, expect, it } from "vitest";
import type { Throughput } from "./measure.ts";
import { medians } from "./parts.ts";
import { isDisturbed, ratiosOf, regressions, withResults } from "./record.ts";

const at = (perSecond: number): Throughput => ({
  ...{ perSecond, failed: 0, p50Ms: 1, p99Ms: 2, cpuUs: 50, busy: 1, loadBusy: 0.4, rssMb: 100 },
});
const run = (server: number) => ({ json: { proxy: at(20_000), server: at(server), portkey: at(1_000) } });

describe("the benchmark's record", () => {
  it("compares the production server with the others of the same run", () => {
    expect(ratiosOf(run(12_000))).toEqual({ "server : bare proxy": 0.6, "server : Portkey": 12 });
  });

  it("calls it a regression when a ratio falls below nine tenths of the recorded one", () => {
    const before = withResults({}, run(12_000));
    expect(regressions(before, run(10_900))).toEqual([]);
    expect(regressions(before, run(10_700))).toEqual(["server : bare proxy fell from 0.60 to 0.54"]);
    expect(regressions({}, run(1))).toEqual([]);
  });

  it("calls it none when another gateway has become faster", () => {
    const before = withResults({}, run(12_000));
    const { json } = run(12_000);
    expect(regressions(before, { json: { ...json, portkey: at(2_000) } })).toEqual([]);
  });

  it("does not take figures for measured when the gateway did not have its core to itself", () => {
    expect(isDisturbed(run(12_000))).toBe(false);
    expect(isDisturbed({ json: { server: { ...at(12_000), busy: 0.5 } } })).toBe(true);
    expect(isDisturbed({})).toBe(false);
  });

  it("keeps the parts that were not measured now", () => {
    const before = withResults({}, run(12_000));
    const after = withResults(before, { latency: {} });
    expect(after.json).toEqual(before.json);
    expect(after.latency).toBeDefined();
  });

  it("takes the median figure by figure", () => {
    expect(
      medians([
        { a: 1, b: 2 },
        { a: 5, b: 2 },
        { a: 3, b: 9 },
      ]),
    ).toEqual({ a: 3, b: 2 });
  });
});
