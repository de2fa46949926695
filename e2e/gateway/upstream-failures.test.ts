import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chat, HELLO } from "../support/chat.ts";
import { openai } from "../support/openai.ts";
import { ANSWER } from "../support/upstream-behaviours.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
let accountId: string;

beforeAll(async () => {
  world = await startWorld();
  const { key, account } = await world.operator.customer("1000");
  secret = key.secret;
  accountId = account.id;
});
afterAll(() => world?.stop());

/** Waits are short in tests: an upstream that hangs is given up after half a second. */
const IMPATIENT = { timeouts: { connectMs: 500, headersMs: 500, firstTokenMs: 500, idleMs: 500 } };

describe("an upstream that fails before anything was delivered", () => {
  const bad = { status: 502, code: "upstream_error" };

  it.each([
    ["error-500", bad],
    ["error-401", bad],
    ["error-402", bad],
    ["error-404", bad],
    ["error-429", bad],
    ["waf-403", { status: 502, code: "upstream_blocked" }],
    ["html-200", bad],
    ["malformed", bad],
    ["empty", bad],
    ["reset", bad],
    ["hang", { status: 504, code: "upstream_timeout" }],
  ])(
    "%s is answered with the gateway's own error, costs nothing and holds nothing",
    async (behaviour, expected) => {
      const model = await world.modelFor(behaviour, IMPATIENT);
      for (const stream of [false, true]) {
        const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream });
        const text = await response.text();
        expect({ status: response.status, text }).toMatchObject({ status: expected.status });
        expect(JSON.parse(text)).toMatchObject({
          error: { code: expected.code, message: expect.any(String) },
        });
        // Providers echo prompts and credentials in what they say.
        expect(text).not.toMatch(/SECRET-ECHO|sk-up-secret|Incorrect API key|insufficient quota/);
        const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
        expect(row).toMatchObject({ status: expected.status, errorCode: expected.code, cost: "0" });
        // A credential or model that upstream has refused is not asked again at once.
        if (!stream) expect(row.attempts.length).toBeGreaterThan(0);
      }
      expect((await world.operator.account(accountId)).held).toBe("0");
    },
  );

  it("is an error class of the client, with an id to ask support about", async () => {
    const model = await world.modelFor("error-500");
    const call = openai(world.gateway.url, secret).chat.completions.create({ model, messages: HELLO });
    await expect(call).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  });

  it("passes on what is the caller's own fault", async () => {
    const model = await world.modelFor("error-400");
    const call = openai(world.gateway.url, secret).chat.completions.create({ model, messages: HELLO });
    await expect(call).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(call).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("bad temperature"),
    });
  });

  it("nobody listening is answered with upstream_error", async () => {
    const model = await world.modelFor("ok", { baseUrl: "http://127.0.0.1:9/v1" });
    const response = await chat(world.gateway.url, secret, { model, messages: HELLO });
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { error: { code: "upstream_error" } },
    ]);
  });

  it("a stream that never starts is given up", async () => {
    const model = await world.modelFor("hang-after-headers", IMPATIENT);
    const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream: true });
    expect([response.status, await response.json()]).toMatchObject([
      504,
      { error: { code: "upstream_timeout" } },
    ]);
  });

  it("a stream cut before its first event costs nothing", async () => {
    const model = await world.modelFor("cut-before-first");
    const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream: true });
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { error: { code: "upstream_error" } },
    ]);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 502, cost: "0", completionTokens: 0 });
  });
});

describe("another channel", () => {
  it.each(["error-500", "error-401", "error-429", "malformed", "reset", "cut-before-first", "hang"])(
    "answers when the preferred one does %s",
    async (behaviour) => {
      const model = await world.modelFor(behaviour, { priority: 10, ...IMPATIENT });
      const second = await world.operator.createChannel({
        baseUrl: world.upstream.url,
        credential: "sk-second",
        models: [{ model, upstreamModel: "ok" }],
        priority: 1,
      });
      const stream = behaviour.startsWith("cut");
      const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream });
      expect(response.status).toBe(200);
      await response.text();
      const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
      expect(row).toMatchObject({ status: 200, channelId: second.id });
      expect(row.attempts).toHaveLength(2);
    },
  );
});

describe("a stream that dies after its first event", () => {
  it.each(["cut-after-first", "error-in-stream", "idle-forever"])(
    "%s raises in the client, never ends cleanly, and bills what was delivered",
    async (behaviour) => {
      const model = await world.modelFor(behaviour, IMPATIENT);
      const { data, response } = await openai(world.gateway.url, secret)
        .chat.completions.create({ model, messages: HELLO, stream: true })
        .withResponse();
      let text = "";
      const read = async () => {
        for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? "";
      };
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
      expect(text).toBe("The quick ");
      const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
      expect(row).toMatchObject({ usageSource: "counted", stream: true });
      expect(row.errorCode).toMatch(/^upstream_(error|timeout)$/);
      expect(row.completionTokens).toBeGreaterThan(0);
      expect(row.completionTokens).toBeLessThan(6);
      expect(row.cost).not.toBe("0");
      expect((await world.operator.account(accountId)).held).toBe("0");
    },
  );

  it("ends the raw stream with an in-band error and without [DONE]", async () => {
    const model = await world.modelFor("cut-after-first");
    const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream: true });
    const text = await response.text();
    expect(text).toContain('"error"');
    expect(text).not.toContain("[DONE]");
    expect(text).not.toContain(ANSWER.slice(12));
  });
});

describe("a client that goes away", () => {
  it("in mid-stream ends the upstream call, leaves a 499 row and pays for what upstream had delivered", async () => {
    const model = await world.modelFor("drip");
    const { data, response } = await openai(world.gateway.url, secret)
      .chat.completions.create({ model, messages: HELLO, stream: true })
      .withResponse();
    let seen = 0;
    for await (const _ of data) {
      seen += 1;
      if (seen === 5) break;
    }
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 499, usageSource: "counted", stream: true });
    expect(row.completionTokens).toBeGreaterThan(0);
    expect(row.completionTokens).toBeLessThan(100);
    expect(row.cost).not.toBe("0");
    expect(world.upstream.calls("drip").at(-1)?.aborted).toBe(true);
    expect((await world.operator.account(accountId)).held).toBe("0");
  });

  it("before upstream's first byte pays nothing", async () => {
    const model = await world.modelFor("hang");
    const controller = new AbortController();
    const before = world.upstream.calls("hang").length;
    const call = fetch(`${world.gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model, messages: HELLO }),
      signal: controller.signal,
    });
    await expect.poll(() => world.upstream.calls("hang").length).toBe(before + 1);
    controller.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => world.upstream.calls("hang").at(-1)?.aborted).toBe(true);
    await expect
      .poll(() =>
        world.operator.need<{ items: object[] }>("GET", `/api/logs?model=${encodeURIComponent(model)}`),
      )
      .toMatchObject({ items: [{ status: 499, cost: "0" }] });
    expect((await world.operator.account(accountId)).held).toBe("0");
  });
});
