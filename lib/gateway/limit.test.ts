import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryLimiter } from "#lib/limits/memory-limiter";
import type { Amounts } from "#lib/limits/metrics";
import { limitsOf, limitTable } from "#lib/limits/resolve";
import { seededLimits } from "#lib/limits/seeded";
import type { Arrival } from "./arrival.ts";
import { limitRefusal, rateHeaders } from "./limit.ts";
import { openai } from "./protocols/dialect.ts";
import { errorResponse } from "./respond.ts";

/** A server that does nothing but limit, on a clock of the test's own; the client's waits move that clock. */
function limitedServer(model: string, amounts: Amounts) {
  const clock = { nowMs: 1_000 };
  const limiter = memoryLimiter(() => clock.nowMs);
  const table = limitTable(seededLimits);
  const who = { accountId: "A", groupId: "default", keyId: "K", model };
  const answers: Pick<Response, "status" | "headers">[] = [];
  const fetch = async (): Promise<Response> => {
    const decision = limiter.take(limitsOf(who, amounts, table));
    const { status, headers, body } = decision.taken
      ? { status: 200, headers: rateHeaders(decision.levels), body: JSON.stringify({ created: 1, data: [] }) }
      : errorResponse(
          { requestId: "r", path: "/v1/images/generations" } as Arrival,
          limitRefusal(decision),
          0,
        );
    const answer = new Response(body as string, {
      status,
      headers: { ...headers, "content-type": "application/json" },
    });
    answers.push({ status, headers: answer.headers });
    return answer;
  };
  return { clock, fetch, answers };
}

/** Lets what waits for nothing but its turn go on; the client's timers stand still. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the official client", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    [0, 59_900],
    [3_333, 56_567],
    [59_000, 900],
  ])("succeeds with its first retry, having waited to the second (%d ms later)", async (laterMs, waitMs) => {
    const { clock, fetch, answers } = limitedServer("txt2video", { rpm: 1 });
    const client = new OpenAI({ apiKey: "sk", baseURL: "http://gateway.test/v1", maxRetries: 1, fetch });
    const call = () => client.images.generate({ model: "txt2video", prompt: "a fox" });
    await call();
    await call();
    clock.nowMs += 100 + laterMs;
    const third = call();
    while (answers.length < 3) await turn();
    for (let turns = 0; turns < 50; turns += 1) await turn();
    const refused = answers[2];
    expect(refused?.status).toBe(429);
    expect(Number(refused?.headers.get("retry-after-ms"))).toBe(waitMs);
    expect(refused?.headers.get("retry-after")).toBe(String(Math.ceil(waitMs / 1000)));
    clock.nowMs += waitMs;
    await vi.advanceTimersByTimeAsync(waitMs);
    await expect(third).resolves.toMatchObject({ data: [] });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
  });
});

describe("the catalogue's limits", () => {
  it.each([
    ["txt2img_v3", { ipm: 1 }, 20],
    ["txt2img_v3", { ipm: 5 }, 4],
    ["flux-1-schnell", { ipm: 1 }, 10],
    ["txt2video", { rpm: 1 }, 2],
    ["img2video", { rpm: 1 }, 2],
    ["video_merge_face", { rpm: 1 }, 10],
    ["minimax_video_01", { rpm: 1 }, 20],
  ] as const)("of %s with %j admit %d calls in a minute", async (model, amounts, admitted) => {
    const { fetch, answers, clock } = limitedServer(model, amounts);
    for (let call = 0; call < admitted + 3; call += 1) await fetch();
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(admitted);
    clock.nowMs += 60_000;
    expect((await fetch()).status).toBe(200);
  });

  it("give the enterprise line 30 million tokens a minute, and nobody else a limit on tokens", () => {
    const table = limitTable(seededLimits);
    const of = (groupId: string) =>
      limitsOf({ accountId: "A", groupId, keyId: "K", model: "gpt-4o" }, { rpm: 1, tpm: 1 }, table);
    expect(of("enterprise")).toMatchObject([{ metric: "tpm", limit: 30_000_000, scope: "group" }]);
    expect(of("default")).toEqual([]);
  });
});

describe("a refusal", () => {
  it("names scope, metric, limit, use, when it resets and where to read on; headers are the tightest limit's", () => {
    const limiter = memoryLimiter(() => 0);
    const checks = limitsOf(
      { accountId: "A", groupId: "g", keyId: "K", model: "m" },
      { rpm: 1 },
      limitTable([
        { scope: "default", scopeId: null, model: "m", metric: "rpm", value: 1 },
        { scope: "key", scopeId: "K", model: null, metric: "rpm", value: 9 },
      ]),
    );
    limiter.take(checks);
    const decision = limiter.take(checks);
    if (decision.taken) throw new Error("not refused");
    const refusal = limitRefusal(decision);
    expect(refusal.headers).toEqual({
      "x-ratelimit-limit-requests": "1",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "60",
      "retry-after": "60",
      "retry-after-ms": "60000",
    });
    expect(JSON.parse(openai.errorBody(refusal, "id"))).toEqual({
      error: {
        message: expect.stringContaining("/docs/rate-limits"),
        type: "rate_limit_error",
        code: "rate_limit_exceeded",
        param: null,
        request_id: "id",
        details: {
          scope: "default",
          metric: "rpm",
          model: "m",
          limit: 1,
          used: 1,
          requested: 1,
          reset_seconds: 60,
          retry_after_ms: 60_000,
          docs: "/docs/rate-limits",
        },
      },
    });
  });
});
