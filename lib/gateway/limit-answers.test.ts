import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
});
afterAll(() => gate.stop());

/** What a client may read of a refusal, whatever protocol it speaks. */
type Told = { type: unknown; code: unknown; message: unknown; details: Record<string, unknown> };
type Dialect = {
  name: string;
  /** Where a call goes and what it says, streamed or not. */
  ask(isStream: boolean): { path: string; body: object };
  told(body: unknown): Told;
  /** What its type is for a limit. */
  type: string;
};
type Envelope = { error: Record<string, unknown> };
const messages = [{ role: "user", content: "hi" }];
const dialects: Dialect[] = [
  {
    name: "OpenAI's",
    ask: (stream) => ({
      path: "/v1/chat/completions",
      body: { model: "m", messages, max_tokens: 50, stream },
    }),
    told: (body) => (body as Envelope).error as Told,
    type: "rate_limit_error",
  },
  {
    name: "Anthropic's",
    ask: (stream) => ({ path: "/v1/messages", body: { model: "m", messages, max_tokens: 50, stream } }),
    told: (body) => (body as Envelope).error as Told,
    type: "rate_limit_error",
  },
  {
    name: "Google's",
    ask: (isStream) => ({
      path: `/v1beta/models/m:${isStream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
      body: { contents: [{ parts: [{ text: "hi" }] }], generationConfig: { maxOutputTokens: 50 } },
    }),
    told(body) {
      const { status, message, details } = (body as Envelope).error;
      const [info] = details as [{ reason: string; metadata: Record<string, string> }];
      const read = Object.entries(info.metadata).map(([name, text]) => [
        name,
        /^\d+$/.test(text) ? Number(text) : text,
      ]);
      return { type: status, message, code: info.reason, details: Object.fromEntries(read) };
    },
    type: "RESOURCE_EXHAUSTED",
  },
];

/** An account of its own with one limit, and how to call. */
async function limited(metric: "rpm" | "tpm", value: number) {
  const account = await gate.addAccount();
  const secret = await gate.addKey(account);
  await gate.setLimit({ scope: "account", scopeId: account, model: "m", metric, value });
  const call = ({ path, body }: ReturnType<Dialect["ask"]>) => gate.call(body, secret, { path });
  return { account, call };
}
const cases = dialects.flatMap((dialect) => [false, true].map((isStream) => ({ ...dialect, isStream })));

describe.each(cases)("in $name protocol (stream: $isStream)", ({ ask, told, type, isStream }) => {
  it("a call within its limit is told how much room is left", async () => {
    const { call } = await limited("rpm", 5);
    const answer = await call(ask(isStream));
    expect(answer.status).toBe(200);
    await answer.text();
    const names = ["limit", "remaining", "reset"].map((name) =>
      answer.headers.get(`x-ratelimit-${name}-requests`),
    );
    expect(names).toEqual(["5", "4", "60"]);
  });

  it("one beyond it is refused for nothing, by scope, metric, limit, use and when to come back", async () => {
    const { account, call } = await limited("rpm", 1);
    await (await call(ask(isStream))).text();
    const before = await gate.funds(account);
    const refused = await call(ask(isStream));
    expect([refused.status, refused.headers.get("content-type")]).toEqual([429, "application/json"]);
    const waitMs = Number(refused.headers.get("retry-after-ms"));
    expect(waitMs).toBeGreaterThan(30_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    expect(refused.headers.get("retry-after")).toBe(String(Math.ceil(waitMs / 1000)));
    expect(refused.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    const error = told(await refused.json());
    expect(error).toMatchObject({
      type,
      code: "rate_limit_exceeded",
      message: expect.stringContaining("/docs/rate-limits"),
    });
    expect(error.details).toMatchObject({
      ...{ scope: "account", metric: "rpm", model: "m", limit: 1, used: 1, requested: 1 },
      ...{ retry_after_ms: waitMs, reset_seconds: expect.any(Number), docs: "/docs/rate-limits" },
    });
    expect(await gate.funds(account)).toEqual(before);
    const id = refused.headers.get("x-request-id");
    await expect
      .poll(async () => (await gate.rows()).find((row) => row.request_id === id))
      .toMatchObject({ status: 429, error_code: "rate_limit_exceeded", cost: 0n, hold: 0n });
  });

  it("one larger than the limit itself is told so, and not to come back; what it refused is still there", async () => {
    const { call } = await limited("tpm", 40);
    const refused = await call(ask(isStream));
    expect([
      refused.status,
      refused.headers.get("retry-after"),
      refused.headers.get("retry-after-ms"),
    ]).toEqual([...[429, null, null]]);
    const error = told(await refused.json());
    expect(error).toMatchObject({
      type,
      code: "request_exceeds_limit",
      details: { metric: "tpm", limit: 40, used: 0 },
    });
    expect(refused.headers.get("x-ratelimit-remaining-tokens")).toBe("40");
  });
});

it("Anthropic's clients find the limit under its own names as well", async () => {
  const { call } = await limited("rpm", 2);
  const [, anthropic] = dialects;
  const answer = await call(anthropic?.ask(false) ?? { path: "", body: {} });
  expect(answer.headers.get("anthropic-ratelimit-requests-limit")).toBe("2");
  expect(answer.headers.get("anthropic-ratelimit-requests-remaining")).toBe("1");
  expect(Date.parse(answer.headers.get("anthropic-ratelimit-requests-reset") ?? "")).not.toBeNaN();
});

it("all protocols use up the same limit, and a count of tokens one of its requests", async () => {
  const { call } = await limited("rpm", 4);
  for (const { ask } of dialects) expect((await call(ask(false))).status).toBe(200);
  const count = { path: "/v1/messages/count_tokens", body: { model: "m", messages } };
  expect((await call(count)).status).toBe(200);
  for (const { ask } of dialects) expect((await call(ask(true))).status).toBe(429);
  expect((await call(count)).status).toBe(429);
});
