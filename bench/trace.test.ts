import { describe, expect, it } from "vitest";
import { syntheticTrace } from "./synthetic.ts";
import { formatTrace, parseTrace } from "./trace.ts";

describe("parseTrace", () => {
  it("reads times to 100 ns, relative to the first call, in order of arrival", () => {
    const csv = [
      "TIMESTAMP,ContextTokens,GeneratedTokens",
      "2023-11-16 18:15:50.9951690,396,109",
      "2023-11-16 18:15:46.6805900,374,44",
      "",
    ].join("\n");
    const [first, second] = parseTrace(csv);
    expect(first).toEqual({ atMs: 0, promptTokens: 374, completionTokens: 44 });
    expect(second).toMatchObject({ promptTokens: 396, completionTokens: 109 });
    expect(second?.atMs).toBeCloseTo(4314.579, 3);
  });

  it("names the line that it cannot read", () => {
    expect(() => parseTrace("a,b,c\n")).toThrow("line 1");
    expect(() => parseTrace("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16,1,2\n")).toThrow("line 2");
  });
});

describe("syntheticTrace", () => {
  const options = { seed: 7, calls: 500, minutes: 10 };

  it("is the same for the same seed and another for another", () => {
    expect(syntheticTrace(options)).toEqual(syntheticTrace(options));
    expect(syntheticTrace({ ...options, seed: 8 })).not.toEqual(syntheticTrace(options));
  });

  it("has the asked number of calls within the asked time, each with tokens", () => {
    const calls = syntheticTrace(options);
    expect(calls).toHaveLength(500);
    expect(calls.at(-1)?.atMs).toBeLessThanOrEqual(600_000);
    expect(calls.every((call) => call.promptTokens > 0 && call.completionTokens > 0)).toBe(true);
  });

  it("survives being written and read", () => {
    const calls = syntheticTrace(options);
    const startMs = Date.UTC(2026, 0, 1);
    const read = parseTrace(formatTrace(calls, startMs));
    expect(read.map(({ promptTokens }) => promptTokens)).toEqual(
      calls.map(({ promptTokens }) => promptTokens),
    );
    expect(
      Math.abs((read.at(-1)?.atMs ?? 0) - (calls.at(-1)?.atMs ?? 0) + (calls[0]?.atMs ?? 0)),
    ).toBeLessThan(1);
  });
});
