import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LimitAnswer } from "#lib/limits/schema";
import { chat, HELLO } from "../support/chat.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 300_000);
afterAll(() => world?.stop());

const ask = (secret: string, more: object = {}, headers: Record<string, string> = {}) =>
  chat(world.gateway.url, secret, { model: "sim-chat", messages: HELLO, max_tokens: 20, ...more }, headers);
/** A stream that runs until it is left. */
async function holdPlace(secret: string): Promise<AbortController> {
  const leaving = new AbortController();
  const running = await fetch(`${world.gateway.url}/v1/chat/completions`, {
    method: "POST",
    signal: leaving.signal,
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      "x-sim-completion-tokens": "100000",
      "x-sim-chunks": "1000",
      "x-sim-chunk-ms": "20",
    },
    body: JSON.stringify({ model: "sim-chat", messages: HELLO, stream: true }),
  });
  expect(running.status).toBe(200);
  return leaving;
}
const rpm = (value: number) => ({ limits: [{ metric: "rpm", value }] });

describe("a limit", () => {
  it("admits exactly as many of many calls at once, and refuses the rest for nothing", async () => {
    const { key, account } = await world.operator.customer("10", rpm(5));
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(key.secret)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(5).fill(200),
      ...Array(35).fill(429),
    ]);
    const refused = answers.find(({ status }) => status === 429);
    const row = await world.operator.row(refused?.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 429, errorCode: "rate_limit_exceeded", cost: "0", keyId: key.id });
    const after = await world.operator.account(account.id);
    expect(after.held).toBe("0");
  });

  it("says which, of what scope, how much is used and when to come back", async () => {
    const { key } = await world.operator.customer("10", rpm(1));
    const first = await ask(key.secret);
    expect(first.headers.get("x-ratelimit-limit-requests")).toBe("1");
    expect(first.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    expect(first.headers.get("x-ratelimit-reset-requests")).toBe("60");
    const refused = await ask(key.secret);
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(Math.ceil(Number(refused.headers.get("retry-after-ms")) / 1000)).toBe(seconds);
    const { error } = (await refused.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      code: "rate_limit_exceeded",
      type: "rate_limit_error",
      details: { scope: "key", metric: "rpm", limit: 1, used: 1 },
    });
  });

  it("is waited for by the official client, which gets through at its first retry, streamed or not", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "concurrency", value: 1 }] });
    for (const stream of [false, true]) {
      const leaving = await holdPlace(key.secret);
      const statuses: number[] = [];
      const counting = async (url: string | URL | Request, init?: RequestInit) => {
        const answer = await fetch(url, init);
        statuses.push(answer.status);
        leaving.abort();
        return answer;
      };
      const baseURL = `${world.gateway.url}/v1`;
      const client = new OpenAI({ apiKey: key.secret, baseURL, maxRetries: 1, fetch: counting });
      const call = { model: "sim-chat", messages: HELLO, max_tokens: 5 };
      if (stream) for await (const _ of await client.chat.completions.create({ ...call, stream: true }));
      else await client.chat.completions.create(call);
      expect(statuses).toEqual([429, 200]);
    }
  });

  it("raises the official client's rate limit error", async () => {
    const { key } = await world.operator.customer("10", rpm(0));
    const client = new OpenAI({ apiKey: key.secret, baseURL: `${world.gateway.url}/v1`, maxRetries: 0 });
    const call = client.chat.completions.create({ model: "sim-chat", messages: HELLO });
    await expect(call).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(call).rejects.toMatchObject({ code: "request_exceeds_limit" });
  });

  it("on images counts n images as n for the official client, each at its price, and refuses the 21st for nothing", async () => {
    const model = "txt2img_v3";
    await world.operator.createChannel({
      provider: "simulator",
      baseUrl: "http://127.0.0.1",
      models: [model],
    });
    const { price } = await world.operator.need<{ price: { image: string } }>("GET", `/api/models/${model}`);
    const { key, account } = await world.operator.customer("10");
    function draw(n: number) {
      const client = new OpenAI({ apiKey: key.secret, baseURL: `${world.gateway.url}/v1`, maxRetries: 0 });
      return client.images.generate({ model, prompt: "a fox", n }).withResponse();
    }
    for (const n of [5, 5, 5, 4, 1]) {
      const { data, response } = await draw(n);
      expect(data.data).toHaveLength(n);
      expect(response.headers.get("x-ratelimit-limit-images")).toBe("20");
    }
    const refused = await draw(1).catch((error: unknown) => error);
    if (!(refused instanceof OpenAI.RateLimitError)) throw new Error("not refused");
    expect([refused.code, refused.headers.get("x-ratelimit-remaining-images")]).toEqual([
      "rate_limit_exceeded",
      "0",
    ]);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const row = await world.operator.row(refused.requestID ?? "");
    expect(row).toMatchObject({ status: 429, cost: "0", images: 0 });
    const after = await world.operator.account(account.id);
    expect(Number(after.balance)).toBeCloseTo(10 - 20 * Number(price.image), 9);
  });

  it("on tokens reserves what a call may use, and counts what it used", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "tpm", value: 1000 }] });
    const used = { "x-sim-prompt-tokens": "10", "x-sim-completion-tokens": "5" };
    for (let n = 0; n < 3; n += 1)
      expect((await ask(key.secret, { max_tokens: 800 }, used)).status).toBe(200);
    const after = await ask(key.secret, { max_tokens: 20 }, used);
    expect(Number(after.headers.get("x-ratelimit-remaining-tokens"))).toBeGreaterThan(900);
    const tooLarge = await ask(key.secret, { max_tokens: 5000 }, used);
    expect(tooLarge.status).toBe(429);
    expect(tooLarge.headers.has("retry-after")).toBe(false);
    expect(await tooLarge.json()).toMatchObject({ error: { code: "request_exceeds_limit" } });
    // Without max_tokens the guess of the output is cut to the limit: the call is not too large by a guess.
    const guessed = await ask(key.secret, { max_tokens: undefined, model: "sim-chat" }, used);
    expect([200, 429]).toContain(guessed.status);
    expect(guessed.headers.get("x-ratelimit-limit-tokens")).toBe("1000");
  });

  it("on calls at once frees its place when a call ends, also when the client leaves in mid-stream", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "concurrency", value: 1 }] });
    const leaving = await holdPlace(key.secret);
    expect((await ask(key.secret)).status).toBe(429);
    leaving.abort();
    const giveUpAt = Date.now() + 10_000;
    let status = 429;
    while (status === 429 && Date.now() < giveUpAt) status = (await ask(key.secret)).status;
    expect(status).toBe(200);
    expect((await ask(key.secret)).status).toBe(200);
  });

  it("is not used up by calls that are refused for another reason", async () => {
    const { key } = await world.operator.customer("0.000001", rpm(2));
    for (let n = 0; n < 5; n += 1) expect((await ask(key.secret, { max_tokens: 1000 })).status).toBe(402);
    const applied = await world.operator.need<{ items: { used: number }[] }>(
      "GET",
      `/api/limits/applied?keyId=${key.id}&model=sim-chat`,
    );
    expect(applied.items).toMatchObject([{ used: 0 }]);
  });

  it("applies and goes as it is set and taken away", async () => {
    const { key, account } = await world.operator.customer();
    const body = { scope: "account", scopeId: account.id, metric: "rpm", value: 0 };
    const limit = await world.operator.need<LimitAnswer>("PUT", "/api/limits", body);
    expect((await ask(key.secret)).status).toBe(429);
    await world.operator.need("DELETE", `/api/limits/${limit.id}`);
    expect((await ask(key.secret)).status).toBe(200);
  });
});
