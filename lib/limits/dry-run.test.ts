import { describe, expect, it } from "vitest";
import { type LoggedCall, startDryRun } from "./dry-run.ts";
import type { Limit } from "./resolve.ts";

const call = (atMs: number, values: Partial<LoggedCall> = {}): LoggedCall => ({
  atMs,
  accountId: "acme",
  keyId: "key",
  groupId: "default",
  channelId: "channel",
  model: "m",
  tokens: 100,
  images: 0,
  makes: undefined,
  hasFailed: false,
  durationMs: 1_000,
  wasRefused: false,
  calls: 1,
  ...values,
});
const proposed = (values: Partial<Limit> = {}): Limit => ({
  scope: "default",
  scopeId: null,
  model: "m",
  metric: "rpm",
  value: 2,
  ...values,
});

function run(calls: LoggedCall[], limit: Limit, others: Limit[] = []) {
  const dryRun = startDryRun(limit, others);
  dryRun.take(calls);
  const { byAccount, ...sums } = dryRun.tally();
  return { ...sums, byAccount: Object.fromEntries(byAccount) };
}

describe("a dry run", () => {
  it("refuses what the engine would have refused, by account, and lets refused calls take nothing", () => {
    const calls = [0, 1_000, 2_000, 59_999, 60_000, 60_500].map((atMs) => call(atMs));
    const other = call(61_000, { accountId: "other" });
    // The third and fourth find two in the window; at 60 s the first has left it.
    expect(run([...calls, other], proposed())).toEqual({
      calls: 7,
      wouldRefuse: 3,
      refusedThen: 0,
      byAccount: { acme: { calls: 6, wouldRefuse: 3 }, other: { calls: 1, wouldRefuse: 0 } },
    });
  });

  it("counts tokens and images as they were, and leaves out calls without any", () => {
    const calls = [call(0), call(1, { tokens: 150 }), call(2, { tokens: 0 }), call(3, { tokens: 100 })];
    expect(run(calls, proposed({ metric: "tpm", value: 200 }))).toMatchObject({ calls: 3, wouldRefuse: 1 });
    const images = [call(0, { images: 5 }), call(1, { images: 6 }), call(2)];
    expect(run(images, proposed({ metric: "ipm", value: 10 }))).toMatchObject({ calls: 2, wouldRefuse: 1 });
  });

  it("counts a video or an audio of each call that makes one, also where a limit refused it then", () => {
    const video = (atMs: number, more: Partial<LoggedCall> = {}) => call(atMs, { makes: "video", ...more });
    const calls = [
      video(0),
      video(1, { hasFailed: true }),
      video(2),
      video(3, { hasFailed: true, wasRefused: true }),
    ];
    const others = [call(4), call(5, { makes: "audio" })];
    expect(run([...calls, ...others], proposed({ metric: "vpm" }))).toMatchObject({
      calls: 3,
      wouldRefuse: 1,
      refusedThen: 1,
    });
    expect(run([...calls, ...others], proposed({ metric: "apm", value: 0 }))).toMatchObject({
      calls: 1,
      wouldRefuse: 1,
    });
  });

  it("knows which calls ran at once", () => {
    const calls = [call(0), call(500), call(999), call(1_000)];
    expect(run(calls, proposed({ metric: "concurrency" }))).toMatchObject({ calls: 4, wouldRefuse: 1 });
  });

  it("leaves to other limits what they decide: an account's own in place of the default, the strictest of the rest", () => {
    const calls = [call(0), call(1), call(2, { accountId: "big" })];
    const own = proposed({ scope: "account", scopeId: "acme", value: 100 });
    expect(run(calls, proposed({ value: 1 }), [own])).toMatchObject({ calls: 1, wouldRefuse: 0 });
    const strict = proposed({ scope: "group", scopeId: "default", value: 1 });
    expect(run(calls, proposed(), [strict])).toMatchObject({ calls: 0 });
  });

  it("stands in for the limit that it would replace", () => {
    const calls = [0, 1, 2].map((atMs) => call(atMs));
    expect(run(calls, proposed({ value: 2 }), [proposed({ value: 1 })])).toMatchObject({ wouldRefuse: 1 });
  });

  it("counts a channel's calls of all accounts together", () => {
    const calls = [call(0), call(1, { accountId: "other" }), call(2, { channelId: "another" }), call(3)];
    const limit = proposed({ scope: "channel", scopeId: "channel", model: null });
    expect(run(calls, limit)).toMatchObject({ calls: 3, wouldRefuse: 1 });
  });

  it("tries calls that were refused then again, and says how many they are", () => {
    const calls = [call(0), call(1, { wasRefused: true, tokens: 0, calls: 3 })];
    expect(run(calls, proposed({ value: 3 }))).toMatchObject({ calls: 4, wouldRefuse: 1, refusedThen: 3 });
    expect(run(calls, proposed({ metric: "tpm", value: 1_000 }))).toMatchObject({ calls: 1, refusedThen: 3 });
  });
});
