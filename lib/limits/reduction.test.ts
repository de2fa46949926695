import { describe, expect, it } from "vitest";
import { historyOf, type SummedMetric, takenIn } from "./history.ts";
import { nearLimits, type RunningMinute } from "./near.ts";
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
      { minuteMs: 0, requests: 10, tokens: 5, images: 0, videos: 2, audios: 0 },
      { minuteMs: 60_000, requests: 12, tokens: 9, images: 3, videos: 1, audios: 4 },
      { minuteMs: 180_000, requests: 1, tokens: 1, images: 0, videos: 0, audios: 0 },
    ];
    const refusals = [{ minuteMs: 60_000, refused: 7 }];
    const range = { fromMs: 0, toMs: 360_000, stepMs: 120_000 };
    const history = (metric: SummedMetric) =>
      historyOf(
        minutes.map((minute) => ({
          minuteMs: minute.minuteMs,
          taken: takenIn(
            metric,
            minute,
            refusals.find(({ minuteMs }) => minuteMs === minute.minuteMs)?.refused ?? 0,
          ),
        })),
        refusals,
        range,
      );
    expect(history("rpm")).toEqual([
      { atMs: 0, peak: 10, refused: 7 },
      { atMs: 120_000, peak: 1, refused: 0 },
      { atMs: 240_000, peak: 0, refused: 0 },
    ]);
    const firsts = (["tpm", "ipm", "vpm", "apm"] as const).map((metric) => history(metric)[0]?.peak);
    expect(firsts).toEqual([9, 3, 2, 4]);
  });
});

describe("a limit that is nearly used up", () => {
  const table = limitTable([
    { scope: "default", scopeId: null, model: "m", metric: "rpm", value: 100 },
    { scope: "account", scopeId: "a", model: null, metric: "tpm", value: 1_000 },
    { scope: "default", scopeId: null, model: "m", metric: "vpm", value: 10 },
    { scope: "account", scopeId: "a", model: "m", metric: "concurrency", value: 10 },
    { scope: "key", scopeId: "k1", model: null, metric: "concurrency", value: 5 },
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
    videos: 0,
    audios: 0,
  });
  const near = (minutes: ReturnType<typeof minute>[], open: string[] = [], running: RunningMinute[] = []) =>
    nearLimits(minutes, table, { lastMs: 4 * 60_000, open: new Set(open), running }).map(
      ({ subject, used }) => [subject, used],
    );

  it("opens at 80 % of the last minute, over all keys of the account", () => {
    expect(near([minute(4, "k1", 40), minute(4, "k2", 39)])).toEqual([]);
    expect(near([minute(4, "k1", 40), minute(4, "k2", 40)])).toEqual([["aa|m|rpm", 80]]);
    expect(near([minute(4, "k1", 90, 950)])).toEqual([
      ["aa|*|tpm", 950],
      ["aa|m|rpm", 90],
    ]);
  });

  it("is one on videos, as on requests", () => {
    expect(near([{ ...minute(4, "k1", 8), videos: 8 }])).toEqual([["aa|m|vpm", 8]]);
  });

  it("is one on calls at once, by the most that ran: the account's on a model, a key's on all", () => {
    const ran = (at: number, keyId: string, model: string | null, running: number): RunningMinute => ({
      ...{ minuteMs: at * 60_000, accountId: "a", accountName: "Acme", groupId: "default" },
      ...{ keyId, model, running },
    });
    expect(near([], [], [ran(4, "", "m", 7), ran(4, "k1", null, 3)])).toEqual([]);
    expect(near([], [], [ran(4, "", "m", 8), ran(4, "k1", null, 5)])).toEqual([
      ["kk1|*|concurrency", 5],
      ["aa|m|concurrency", 8],
    ]);
    expect(near([], ["aa|m|concurrency"], [ran(2, "", "m", 7), ran(4, "", "m", 1)])).toEqual([
      ["aa|m|concurrency", 7],
    ]);
    expect(near([], [], [ran(4, "", "unlimited", 99)])).toEqual([]);
  });

  it("stays open until no minute of five reached 70 %", () => {
    expect(near([minute(0, "k1", 75), minute(4, "k1", 10)])).toEqual([]);
    expect(near([minute(0, "k1", 75), minute(4, "k1", 10)], ["aa|m|rpm"])).toEqual([["aa|m|rpm", 75]]);
    expect(near([minute(0, "k1", 69), minute(4, "k1", 10)], ["aa|m|rpm"])).toEqual([]);
  });
});
