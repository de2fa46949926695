import type OpenAI from "openai";
import { APIError, BadRequestError, InternalServerError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

/** One server for all of them: to start one takes longer than to ask it. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** The official client of a customer with a dollar; `promptTokens`: what the simulator says that goes in. */
async function clientOf(promptTokens?: string): Promise<OpenAI> {
  const { key } = await world.operator.customer("1");
  const headers = promptTokens === undefined ? {} : { "x-sim-prompt-tokens": promptTokens };
  return openai(world.gateway.url, key.secret, headers);
}

type Ranking = {
  results: { index: number; relevance_score: number; document?: { text: string } }[];
  usage: { total_tokens: number };
};

describe("embeddings through the official client", () => {
  const MODEL = "sim-embedding";
  let client: OpenAI;
  beforeAll(async () => {
    client = await clientOf("50000");
  });

  it("come as numbers, one vector per text, and the log says what they cost", async () => {
    const input = ["Who pays the toll?", "Who counts the coins?"];
    const { data, response } = await client.embeddings
      .create({ model: MODEL, input, dimensions: 64 })
      .withResponse();
    expect(data.data.map(({ embedding }) => embedding.length)).toEqual([64, 64]);
    expect(data.data.flatMap(({ embedding }) => embedding).every(Number.isFinite)).toBe(true);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    // $0.02 per million tokens.
    expect(row).toMatchObject({ status: 200, model: MODEL, promptTokens: 50_000, completionTokens: 0 });
    expect(Number(row.cost)).toBe(0.001);
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  });

  it("are the same whether they travel as numbers or as bytes", async () => {
    const ask = (encoding_format: "float" | "base64") =>
      client.embeddings.create({ model: MODEL, input: [[1, 2, 3]], encoding_format });
    const [numbers, bytes] = [await ask("float"), await ask("base64")];
    const read = Buffer.from(String(bytes.data[0]?.embedding), "base64");
    expect([...new Float32Array(new Uint8Array(read).buffer)]).toEqual(numbers.data[0]?.embedding);
  });

  it("say what is wrong with an empty input", async () => {
    const failed = client.embeddings.create({ model: MODEL, input: [] });
    await expect(failed).rejects.toThrow(BadRequestError);
    await expect(failed).rejects.toMatchObject({ code: "invalid_request", param: "input" });
  });
});

describe("rankings through the official client's own requests", () => {
  const MODEL = "sim-rerank";
  const DOCUMENTS = ["A dog barks.", "The quick fox jumps.", "A fox."];
  let client: OpenAI;
  beforeAll(async () => {
    client = await clientOf("50000");
  });

  it("come best first with their documents, and the log says what they cost", async () => {
    const body = { model: MODEL, query: "quick fox", documents: DOCUMENTS, top_n: 2, return_documents: true };
    const { data, response } = await client.post<Ranking>("/rerank", { body }).withResponse();
    expect(data.results).toMatchObject([
      { index: 1, relevance_score: 1, document: { text: DOCUMENTS[1] } },
      { index: 2, relevance_score: 0.5 },
    ]);
    expect(data.usage.total_tokens).toBe(50_000);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    // $0.02 per million tokens.
    expect(row).toMatchObject({ status: 200, model: MODEL, endpoint: "/v1/rerank", promptTokens: 50_000 });
    expect(Number(row.cost)).toBe(0.001);
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  });

  it("say what is wrong with what is to be ranked", async () => {
    const failed = client.post("/rerank", { body: { model: MODEL, query: "fox", documents: [] } });
    await expect(failed).rejects.toThrow(BadRequestError);
    await expect(failed).rejects.toMatchObject({ code: "invalid_request", param: "documents" });
  });

  it("of a model whose upstream only chats are an error, and its chats go on", async () => {
    const model = await world.modelFor("ok");
    const failed = client.post("/rerank", { body: { model, query: "fox", documents: DOCUMENTS } });
    await expect(failed).rejects.toMatchObject({ status: 502, code: "upstream_error" });
    const messages = [{ role: "user" as const, content: "Say something about a fox." }];
    const { choices } = await client.chat.completions.create({ model, messages });
    expect(choices[0]?.message.content).not.toBe("");
  });
});

describe("completions through the official client", () => {
  const MODEL = "sim-chat";
  const TEXT = " the quick brown fox jumps";
  const ask = { model: MODEL, prompt: "Once upon a time", max_tokens: 5 };
  let client: OpenAI;
  beforeAll(async () => {
    client = await clientOf("100000");
  });

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

describe("moderations through the official client", () => {
  const MODEL = "sim-moderation";
  let client: OpenAI;
  beforeAll(async () => {
    client = await clientOf();
  });

  it("judge each text, and cost the stated price of 0", async () => {
    const { data, response } = await client.moderations
      .create({ model: MODEL, input: ["a fox", "violence"] })
      .withResponse();
    expect(data.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(data.results[1]?.categories.violence).toBe(true);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 200, model: MODEL, cost: "0", completionTokens: 0 });
    expect(row.promptTokens).toBeGreaterThan(2);
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  });

  it("need no money where they cost none", async () => {
    const { account, key } = await world.operator.customer("0");
    const poor = openai(world.gateway.url, key.secret);
    expect((await poor.moderations.create({ model: MODEL, input: "a fox" })).results).toHaveLength(1);
    const { body } = await world.operator.call<{ balance: string }>("GET", `/api/accounts/${account.id}`);
    expect(Number(body.balance)).toBe(0);
    const dear = poor.chat.completions.create({
      model: "sim-chat",
      messages: [{ role: "user", content: "hi" }],
    });
    await expect(dear).rejects.toMatchObject({ status: 402 });
  });

  it("judge a text together with its picture", async () => {
    const image_url = { url: "data:image/png;base64,iVBORw0KGgo=" };
    const input = [
      { type: "text" as const, text: "a fox" },
      { type: "image_url" as const, image_url },
    ];
    expect((await client.moderations.create({ model: MODEL, input })).results).toHaveLength(1);
  });

  it("without a model mean OpenAI's usual one, and say so as long as no channel serves it", async () => {
    const failed = client.moderations.create({ input: "a fox" });
    await expect(failed).rejects.toThrow(InternalServerError);
    await expect(failed).rejects.toMatchObject({
      code: "no_channel_available",
      message: expect.stringContaining('"omni-moderation-latest"'),
    });
    await world.operator.createChannel({ provider: "simulator", models: ["omni-moderation-latest"] });
    expect((await client.moderations.create({ input: "a fox" })).model).toBe("omni-moderation-latest");
  });
});
