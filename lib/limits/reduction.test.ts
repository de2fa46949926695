import { describe, expect, it } from "vitest";
import { historyOf } from "./history.ts";
import { nearLimits } from "./near.ts";
import { reductionOf } from "./reduction.ts";
import { limitTable } from "./resolve.ts";

describe("a grant of which a week needed little", () => {
  it("is cut to the week's fullest minute or what applies without it, whichever is higher", () => {
    expect(reductionOf(1_000, 300, 60)).toBe(300);
    expect(reductionOf(1_000, 20, 60)).toBe(60);
    expect(reductionOf(1_000, 0, undefined)).toBe(1);
  });

  it("stays where half of it was needed, or nothing would be gained", () => {
    expect(reductionOf(1_000, 500, 60)).toBeUndefined();
    expect(reductionOf(1_000, 499, 60)).toBe(499);
    expect(reductionOf(50, 10, 60)).toBeUndefined();
  });
});

describe("the history of a limit", () => {
  it("is each step's fullest minute, without the calls that were refused", () => {
    const minutes = [
      { minuteMs: 0, requests: 10, tokens: 5, images: 0 },
      { minuteMs: 60_000, requests: 12, tokens: 9, images: 3 },
      { minuteMs: 180_000, requests: 1, tokens: 1, images: 0 },
    ];
    const refusals = [{ minuteMs: 60_000, refused: 7 }];
    const range = { fromMs: 0, toMs: 360_000, stepMs: 120_000 };
    expect(historyOf("rpm", minutes, refusals, range)).toEqual([
      { atMs: 0, peak: 10, refused: 7 },
      { atMs: 120_000, peak: 1, refused: 0 },
      { atMs: 240_000, peak: 0, refused: 0 },
    ]);
    expect(historyOf("ipm", minutes, refusals, range)[0]).toEqual({ atMs: 0, peak: 3, refused: 7 });
  });
});

describe("a limit that is nearly used up", () => {
  const table = limitTable([
    { scope: "default", scopeId: null, model: "m", metric: "rpm", value: 100 },
    { scope: "account", scopeId: "a", model: null, metric: "tpm", value: 1_000 },
  ]);
  const minute = (at: number, keyId: string, requests: number, tokens = 0) => ({
    minuteMs: at * 60_000,
    accountId: "a",
    accountName: "Acme",
    keyId,
    groupId: "default",
    model: "m",
    requests,
    tokens,
    images: 0,
  });
  const near = (minutes: ReturnType<typeof minute>[], open: string[] = []) =>
    nearLimits(minutes, table, { lastMs: 4 * 60_000, open: new Set(open) }).map(({ subject, used }) => [
      subject,
      used,
    ]);

  it("opens at 80 % of the last minute, over all keys of the account", () => {
    expect(near([minute(4, "k1", 40), minute(4, "k2", 39)])).toEqual([]);
    expect(near([minute(4, "k1", 40), minute(4, "k2", 40)])).toEqual([["aa|m|rpm", 80]]);
    expect(near([minute(4, "k1", 90, 950)])).toEqual([
      ["aa|*|tpm", 950],
      ["aa|m|rpm", 90],
    ]);
  });

  it("stays open until no minute of five reached 70 %", () => {
    expect(near([minute(0, "k1", 75), minute(4, "k1", 10)])).toEqual([]);
    expect(near([minute(0, "k1", 75), minute(4, "k1", 10)], ["aa|m|rpm"])).toEqual([["aa|m|rpm", 75]]);
    expect(near([minute(0, "k1", 69), minute(4, "k1", 10)], ["aa|m|rpm"])).toEqual([]);
  });
});
