import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chat, HELLO } from "../support/chat.ts";
import { openai } from "../support/openai.ts";
import { ANSWER, USAGE } from "../support/upstream-behaviours.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let client: OpenAI;
let secret: string;

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("1000")).key.secret;
  client = openai(world.gateway.url, secret);
});
afterAll(() => world?.stop());

describe("models", () => {
  it("lists what the key may call, and nothing that nobody serves", async () => {
    const model = await world.modelFor("ok");
    const unserved = await world.unservedModel();
    const ids = (await client.models.list()).data.map((item) => item.id);
    expect(ids).toContain(model);
    expect(ids).toContain("sim-chat");
    expect(ids).not.toContain(unserved);
  });

  it("retrieves one by its id, plain or percent-encoded", async () => {
    const ids = new Set([await idWith("/"), await idWith(":"), await idWith(".")]);
    const served = await world.operator.createChannel({
      baseUrl: world.upstream.url,
      credential: "sk-upstream",
      models: [...ids].map((model) => ({ model, upstreamModel: "ok" })),
    });
    for (const { model } of served.models) {
      const encoded = await client.models.retrieve(model);
      expect(encoded.id).toBe(model);
      const plain = await fetch(`${world.gateway.url}/v1/models/${model}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      expect(plain.status).toBe(200);
      expect(await plain.json()).toMatchObject({ id: model, object: "model" });
    }
  });

  it("says 404 for a model that does not exist", async () => {
    await expect(client.models.retrieve("no-such/model:1.0")).rejects.toThrow(OpenAI.NotFoundError);
  });
});

describe("a call that is not streamed", () => {
  it("answers what upstream answered, under the id that its log row has", async () => {
    const model = await world.modelFor("ok");
    const { data, response } = await client.chat.completions
      .create({ model, messages: HELLO })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(ANSWER);
    expect(data.usage).toMatchObject({ prompt_tokens: 19, completion_tokens: 10 });
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 200, model, promptTokens: 19, completionTokens: 10, stream: false });
    expect(row).toMatchObject({
      cacheReadTokens: 8,
      reasoningTokens: 4,
      usageSource: "upstream",
      errorCode: null,
    });
  });

  it("carries unknown fields both ways", async () => {
    const model = await world.modelFor("extra-fields");
    const response = await chat(world.gateway.url, secret, {
      model,
      messages: HELLO,
      x_future: { a: [1, 2, 3] },
      top_k: 5,
    });
    expect(await response.json()).toMatchObject({ x_vendor_field: { kept: true } });
    expect(world.upstream.calls("extra-fields")[0]?.body).toMatchObject({
      x_future: { a: [1, 2, 3] },
      top_k: 5,
    });
  });

  it("keeps numbers as they were written, beyond what a double can hold", async () => {
    const model = await world.modelFor("ok");
    const before = world.upstream.received.length;
    const body = `{"model":${JSON.stringify(model)},"messages":[{"role":"user","content":"x"}],"seed":12345678901234567890,"temperature":1.0}`;
    expect((await chat(world.gateway.url, secret, body)).status).toBe(200);
    expect(world.upstream.received[before]?.text).toContain("12345678901234567890");
  });

  it("takes the simulator's exact token counts into the bill", async () => {
    const { response } = await openai(world.gateway.url, secret, {
      "x-sim-prompt-tokens": "1234",
      "x-sim-completion-tokens": "56",
    })
      .chat.completions.create({ model: "sim-chat", messages: HELLO })
      .withResponse();
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ promptTokens: 1234, completionTokens: 56, cost: "0.0002187" });
  });
});

describe("a stream", () => {
  it("arrives whole, event by event", async () => {
    const model = await world.modelFor("ok");
    const stream = await client.chat.completions.create({ model, messages: HELLO, stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe(ANSWER);
  });

  it("hides the usage chunk from a client that did not ask, and bills by it", async () => {
    const model = await world.modelFor("ok");
    const { data, response } = await client.chat.completions
      .create({ model, messages: HELLO, stream: true })
      .withResponse();
    const chunks = await collect(data);
    expect(chunks.filter((chunk) => chunk.usage)).toEqual([]);
    expect(chunks.filter((chunk) => chunk.choices.length === 0)).toEqual([]);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({
      promptTokens: 19,
      completionTokens: 10,
      usageSource: "upstream",
      stream: true,
    });
    expect(row.firstTokenMs).not.toBeNull();
  });

  it("shows the usage chunk to a client that asked", async () => {
    const model = await world.modelFor("ok");
    const stream = await client.chat.completions.create({
      model,
      messages: HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    const last = (await collect(stream)).at(-1);
    expect(last?.usage).toMatchObject({ prompt_tokens: USAGE.prompt_tokens });
  });

  it("survives an upstream that sends one byte at a time", async () => {
    const model = await world.modelFor("split-bytes");
    const stream = await client.chat.completions.create({ model, messages: HELLO, stream: true });
    const text = (await collect(stream)).map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    expect(text).toBe(ANSWER);
  });

  it("passes on the first event before the second exists", async () => {
    const model = await world.modelFor("drip");
    const stream = await client.chat.completions.create({ model, messages: HELLO, stream: true });
    const startedAt = performance.now();
    for await (const _ of stream) break;
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it("counts tokens itself where upstream says none, and asks again without stream_options where it must", async () => {
    for (const behaviour of ["no-usage", "rejects-stream-options"]) {
      const model = await world.modelFor(behaviour);
      const { data, response } = await client.chat.completions
        .create({ model, messages: HELLO, stream: true })
        .withResponse();
      await collect(data);
      const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
      expect(row).toMatchObject({ status: 200, usageSource: "counted" });
      expect(row.completionTokens).toBeGreaterThan(5);
      expect(row.cost).not.toBe("0");
    }
  });
});

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** A catalogue model whose id has the character. */
async function idWith(character: string): Promise<string> {
  const models = await world.operator.all<{ id: string; sold: boolean; price: object | null }>(
    "/api/models?kind=chat",
  );
  const found = models.find((model) => model.id.includes(character) && !model.sold && model.price);
  if (!found) throw new Error(`no catalogue model has ${character} in its id`);
  return found.id;
}
