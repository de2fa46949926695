import type OpenAI from "openai";
import { APIError, BadRequestError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

const MODEL = "sim-chat";
const TEXT = " the quick brown fox jumps";

let world: World;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  const { key } = await world.operator.customer("1");
  client = openai(world.gateway.url, key.secret, { "x-sim-prompt-tokens": "100000" });
});
afterAll(() => world?.stop());

const ask = { model: MODEL, prompt: "Once upon a time", max_tokens: 5 };

describe("completions through the official client", () => {
  it("go on with a text, and the log says what it cost", async () => {
    const { data, response } = await client.completions.create(ask).withResponse();
    expect(data).toMatchObject({ object: "text_completion", choices: [{ text: TEXT, index: 0 }] });
    expect(data.usage).toMatchObject({ prompt_tokens: 100_000, completion_tokens: 5 });
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 200, endpoint: "/v1/completions", promptTokens: 100_000 });
    // $0.15 per million tokens in, $0.6 out.
    expect(Number(row.cost)).toBe(0.015003);
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  });

  it("come as a stream that says the same", async () => {
    const options = { stream: true as const, stream_options: { include_usage: true } };
    const { data: stream, response } = await client.completions.create({ ...ask, ...options }).withResponse();
    let text = "";
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(TEXT);
    expect(usage).toMatchObject({ completion_tokens: 5 });
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ stream: true, usageSource: "upstream", completionTokens: 5 });
    expect(Number(row.cost)).toBe(0.015003);
  });

  it("of several prompts and choices come with their places", async () => {
    const many = { ...ask, prompt: ["a", "b"], n: 2, echo: true };
    const { choices } = await client.completions.create(many);
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, `a${TEXT}`],
      [1, `a${TEXT}`],
      [2, `b${TEXT}`],
      [3, `b${TEXT}`],
    ]);
  });

  it("that break off raise an error, and are billed what came", async () => {
    const broken = { headers: { "x-sim-fault": "cut-late" } };
    const { data: stream, response } = await client.completions
      .create({ ...ask, stream: true }, broken)
      .withResponse();
    const read = async () => {
      for await (const chunk of stream) expect(chunk.choices[0]?.text).not.toBe("");
    };
    await expect(read()).rejects.toThrow(APIError);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ usageSource: "counted", promptTokens: 4, completionTokens: 3 });
  });

  it("that their client leaves are billed what came", async () => {
    const slow = { headers: { "x-sim-chunk-ms": "50", "x-sim-chunks": "100" } };
    const { data: stream, response } = await client.completions
      .create({ ...ask, max_tokens: 100, stream: true }, slow)
      .withResponse();
    for await (const chunk of stream) if (chunk.choices[0]?.text !== "") break;
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 499, usageSource: "counted", promptTokens: 4 });
    expect(row.completionTokens).toBeGreaterThan(0);
    expect(row.completionTokens).toBeLessThan(100);
  });

  it("say what is wrong with a prompt", async () => {
    const failed = client.completions.create({ ...ask, prompt: [] });
    await expect(failed).rejects.toThrow(BadRequestError);
    await expect(failed).rejects.toMatchObject({ code: "invalid_request", param: "prompt" });
  });
});
