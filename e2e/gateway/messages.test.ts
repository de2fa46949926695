import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HELLO } from "../support/chat.ts";
import { ANSWER } from "../support/upstream-behaviours.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
let client: Anthropic;

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("100")).key.secret;
  client = anthropic(secret);
}, 300_000);
afterAll(() => world?.stop());

const anthropic = (apiKey: string, more: object = {}) =>
  new Anthropic({ apiKey, baseURL: world.gateway.url, maxRetries: 0, timeout: 60_000, ...more });
const ask = { max_tokens: 100, messages: HELLO };
const TOOL = { name: "weather", description: "The weather", input_schema: { type: "object" as const } };
/** Members of the protocol that the client's newest types leave out. */
const TEMPERATURE: object = { temperature: 0.5 };
const TOP_K: object = { top_k: 5 };
/** The error of a call that must fail. */
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("Anthropic's official client", () => {
  it("gets a message, and its bill is by what upstream says", async () => {
    const model = await world.modelFor("ok");
    const system = [
      { type: "text" as const, text: "Be brief.", cache_control: { type: "ephemeral" as const } },
    ];
    const { data, response } = await client.messages
      .create({
        ...ask,
        model,
        system,
        stop_sequences: ["END"],
        ...TEMPERATURE,
        metadata: { user_id: "u1" },
      })
      .withResponse();
    expect(data).toMatchObject({ type: "message", role: "assistant", model, stop_reason: "end_turn" });
    expect(data.content).toEqual([{ type: "text", text: ANSWER }]);
    expect(data.usage).toMatchObject({ input_tokens: 11, cache_read_input_tokens: 8, output_tokens: 10 });
    const row = await world.operator.row(response.headers.get("request-id") ?? "");
    expect(row).toMatchObject({ status: 200, protocol: "anthropic", endpoint: "/v1/messages", model });
    expect(row).toMatchObject({ promptTokens: 19, completionTokens: 10, cacheReadTokens: 8 });
    const [sent] = world.upstream.calls("ok").slice(-1);
    expect(sent?.path).toBe("/v1/chat/completions");
    expect(sent?.body).toMatchObject({
      messages: [{ role: "system", content: "Be brief." }, ...HELLO],
      ...{ max_tokens: 100, stop: ["END"], temperature: 0.5, user: "u1" },
    });
    expect(sent?.headers["x-api-key"]).toBeUndefined();
  });

  it("gets a stream in its own events, accumulated to the same message, also byte by byte", async () => {
    for (const behaviour of ["ok", "split-bytes"]) {
      const stream = client.messages.stream({ ...ask, model: await world.modelFor(behaviour) });
      let text = "";
      stream.on("text", (delta) => {
        text += delta;
      });
      const message = await stream.finalMessage();
      expect(text).toBe(ANSWER);
      expect(message.content).toMatchObject([{ type: "text", text: ANSWER }]);
      expect(message.usage).toMatchObject({
        input_tokens: 11,
        cache_read_input_tokens: 8,
        output_tokens: 10,
      });
      expect(message.stop_reason).toBe("end_turn");
    }
  });

  it("calls tools, whole and streamed, and gives their results back", async () => {
    const model = await world.modelFor("tool-call");
    const called = [
      { type: "text", text: "Looking." },
      { type: "tool_use", id: "call_a", name: "weather", input: { city: "Tōkyō" } },
      { type: "tool_use", id: "call_b", name: "clock", input: { zone: 9 } },
    ];
    const whole = await client.messages.create({
      ...ask,
      model,
      tools: [TOOL],
      tool_choice: { type: "any" },
    });
    expect(whole).toMatchObject({ content: called, stop_reason: "tool_use" });
    const streamed = await client.messages.stream({ ...ask, model, tools: [TOOL] }).finalMessage();
    expect(streamed).toMatchObject({ content: called, stop_reason: "tool_use" });
    const results = [{ type: "tool_result" as const, tool_use_id: "call_a", content: "18 °C" }];
    const turns = [
      ...HELLO,
      { role: "assistant" as const, content: whole.content },
      { role: "user" as const, content: results },
    ];
    await client.messages.create({ ...ask, model, tools: [TOOL], messages: turns });
    const [sent] = world.upstream.calls("tool-call").slice(-1);
    expect(sent?.body.messages).toMatchObject([
      HELLO[0],
      { role: "assistant", content: "Looking.", tool_calls: [{ id: "call_a" }, { id: "call_b" }] },
      { role: "tool", tool_call_id: "call_a", content: "18 °C" },
    ]);
  });

  it("counts a prompt's tokens for nothing", async () => {
    const { data, response } = await client.messages
      .countTokens({ model: "sim-chat", messages: HELLO })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(data.input_tokens).toBeLessThan(40);
    const row = await world.operator.row(response.headers.get("request-id") ?? "");
    expect(row).toMatchObject({
      status: 200,
      cost: "0",
      endpoint: "/v1/messages/count_tokens",
      model: "sim-chat",
    });
  });

  it("raises its own errors, by class", async () => {
    const poor = anthropic((await world.operator.customer("0.000001")).key.secret);
    const narrow = anthropic((await world.operator.customer("1", { models: ["sim-chat"] })).key.secret);
    const model = await world.modelFor("ok");
    const sim = { ...ask, model: "sim-chat" };
    const errors = await Promise.all([
      errorOf(anthropic(`${secret}x`).messages.create(sim)),
      errorOf(poor.messages.create({ ...sim, max_tokens: 100_000 })),
      errorOf(narrow.messages.create({ ...ask, model })),
      errorOf(client.messages.create({ ...ask, model: "no-such" })),
      errorOf(client.messages.create({ ...sim, ...TOP_K })),
      errorOf(client.messages.create({ ...sim, thinking: { type: "enabled", budget_tokens: 1024 } })),
    ]);
    expect(errors[0]).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(errors[2]).toBeInstanceOf(Anthropic.PermissionDeniedError);
    expect(errors[3]).toBeInstanceOf(Anthropic.NotFoundError);
    const told = errors.map((error) =>
      error instanceof Anthropic.APIError ? [error.status, error.error] : error,
    );
    const envelope = (type: string, code: string) => ({
      type: "error",
      error: { type, code },
      request_id: expect.any(String),
    });
    expect(told).toMatchObject([
      [401, envelope("authentication_error", "invalid_api_key")],
      [402, envelope("billing_error", "insufficient_balance")],
      [403, envelope("permission_error", "model_not_allowed")],
      [404, envelope("not_found_error", "model_not_found")],
      [400, envelope("invalid_request_error", "unsupported_field")],
      [400, envelope("invalid_request_error", "unsupported_field")],
    ]);
  });

  it("is told of a limit in its own words, waits as long as it says, and gets through at the first retry", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "concurrency", value: 1 }] });
    const slow = { "x-sim-completion-tokens": "100000", "x-sim-chunks": "1000", "x-sim-chunk-ms": "20" };
    const sim = { ...ask, model: "sim-chat" };
    // It runs until it is left, which is when the patient one has been refused.
    const running = anthropic(key.secret, { defaultHeaders: slow }).messages.stream({
      ...sim,
      max_tokens: 100_000,
    });
    running.on("abort", () => {});
    await new Promise((begun) => running.once("streamEvent", begun));
    const refused = await errorOf(anthropic(key.secret).messages.create(sim));
    if (!(refused instanceof Anthropic.RateLimitError)) throw new Error("not refused");
    expect(refused.error).toMatchObject({
      error: {
        type: "rate_limit_error",
        code: "rate_limit_exceeded",
        details: { metric: "concurrency", limit: 1 },
      },
    });
    expect(refused.headers.get("retry-after")).toBe("1");
    const streamed = await errorOf(anthropic(key.secret).messages.create({ ...sim, stream: true }));
    expect(streamed).toBeInstanceOf(Anthropic.RateLimitError);
    const small = await world.operator.customer("10", { limits: [{ metric: "tpm", value: 50 }] });
    const tooLarge = await errorOf(anthropic(small.key.secret, { maxRetries: 3 }).messages.create(sim));
    expect(tooLarge).toMatchObject({ status: 429, error: { error: { code: "request_exceeds_limit" } } });
    let tries = 0;
    const counting = async (url: string | URL | Request, init?: RequestInit) => {
      tries += 1;
      const answer = await fetch(url, init);
      running.abort();
      return answer;
    };
    const patient = anthropic(key.secret, { maxRetries: 1, fetch: counting });
    expect((await patient.messages.create(sim)).type).toBe("message");
    expect(tries).toBe(2);
  });

  it("hears of a stream that breaks off, and pays for what came; leaving it ends the call upstream", async () => {
    const cut = await world.modelFor("cut-after-first");
    const stream = client.messages.stream({ ...ask, model: cut });
    await expect(stream.finalMessage()).rejects.toMatchObject({
      error: { type: "error", error: { type: "api_error", code: "upstream_error" } },
    });
    const model = await world.modelFor("drip");
    const { data, response } = await client.messages.create({ ...ask, model, stream: true }).withResponse();
    for await (const event of data) if (event.type === "content_block_delta") break;
    data.controller.abort();
    const row = await world.operator.row(response.headers.get("request-id") ?? "");
    expect(row).toMatchObject({ status: 499, usageSource: "counted", stream: true });
    expect(row.cost).not.toBe("0");
  });
});
