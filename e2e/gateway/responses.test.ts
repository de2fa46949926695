import type OpenAI from "openai";
import { APIError, BadRequestError, NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { RESPONSE_USAGE } from "../support/upstream-responses.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
let client: OpenAI;
/** Served by the mock alone, which keeps what it makes. */
let model: string;

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("10")).key.secret;
  client = openai(world.gateway.url, secret);
  model = await world.modelFor("ok");
});
afterAll(() => world?.stop());

const rowOf = (headers: Headers) => world.operator.row(headers.get("x-request-id") ?? "");

describe("responses through the official client", () => {
  it("are made, followed, got and deleted, and the log says what each cost", async () => {
    const { data: first, response } = await client.responses.create({ model, input: "Who?" }).withResponse();
    expect(first.output_text).toBe("The quick brown fox jumps over the lazy dog.");
    expect(first.usage).toEqual(RESPONSE_USAGE);
    const row = await rowOf(response.headers);
    expect(row).toMatchObject({ status: 200, model, promptTokens: 19, completionTokens: 10 });
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
    expect(Number(row.cost)).toBeGreaterThan(0);

    const second = await client.responses.create({ model, input: "And?", previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    expect(world.upstream.received.at(-1)?.body.previous_response_id).toMatch(/^resp_mock\d+$/);

    const got = await client.responses.retrieve(second.id).withResponse();
    expect(got.data).toEqual(second);
    expect(await rowOf(got.response.headers)).toMatchObject({ status: 200, model, cost: "0" });
    expect((await client.responses.inputItems.list(second.id)).data).toEqual([]);
    await client.responses.delete(second.id);
    await expect(client.responses.retrieve(second.id)).rejects.toThrow(NotFoundError);
    expect(await client.responses.retrieve(first.id)).toEqual(first);
  });

  it("stream, and what is streamed can be followed and got", async () => {
    const types: string[] = [];
    const stream = client.responses.stream({ model, input: "Who?" });
    for await (const event of stream) types.push(event.type);
    const final = await stream.finalResponse();
    expect(types[0]).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
    expect(final.output_text).toBe("The quick brown fox jumps over the lazy dog.");
    const next = await client.responses.create({ model, input: "And?", previous_response_id: final.id });
    expect(next.previous_response_id).toBe(final.id);
    expect((await client.responses.retrieve(final.id)).id).toBe(final.id);
  });

  it("raise what breaks a stream off", async () => {
    const cut = await world.modelFor("cut-after-first");
    const stream = await client.responses.create({ model: cut, input: "Who?", stream: true });
    const read = async () => {
      for await (const event of stream) expect(event.type).toMatch(/^response\./);
    };
    const failed = await read().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(APIError);
    expect(failed).toMatchObject({ code: "upstream_error" });
  });

  it("are made by the simulator for whoever has no provider yet", async () => {
    const sim = openai(world.gateway.url, secret, { "x-sim-completion-tokens": "12" });
    const made = await sim.responses.create({ model: "sim-chat", input: "Hello" });
    expect(made.output_text.trim().split(" ")).toHaveLength(12);
    expect(await sim.responses.retrieve(made.id)).toMatchObject({
      id: made.id,
      output_text: made.output_text,
    });
    const more = { model: "sim-chat", input: "More", previous_response_id: made.id };
    const final = await sim.responses.stream(more).finalResponse();
    expect(final.usage?.input_tokens).toBeGreaterThan(made.usage?.total_tokens ?? 0);
  });
});

describe("another account's responses", () => {
  it("do not exist, nor do those that upstream knows under its own names", async () => {
    const { id } = await client.responses.create({ model, input: "Mine" });
    const other = openai(world.gateway.url, (await world.operator.customer("1")).key.secret);
    const asked = world.upstream.received.length;
    for (const [who, name] of [
      [other, id],
      [client, "resp_mock1"],
      [other, "resp_mock1"],
    ] as const) {
      const follow = { model, input: "Yours", previous_response_id: name };
      await expect(who.responses.create(follow)).rejects.toThrow(NotFoundError);
      await expect(who.responses.create({ ...follow, stream: true })).rejects.toThrow(NotFoundError);
      await expect(who.responses.retrieve(name)).rejects.toThrow(NotFoundError);
      await expect(who.responses.inputItems.list(name)).rejects.toThrow(NotFoundError);
      await expect(who.responses.delete(name)).rejects.toThrow(NotFoundError);
    }
    expect(world.upstream.received).toHaveLength(asked);
    expect((await client.responses.retrieve(id)).id).toBe(id);
  });
});

describe("what cannot be had", () => {
  it("is refused by name: work in the background, tools that cost extra, what lies at the provider", async () => {
    const bodies = [
      [{ background: true }, "background"],
      [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
      [{ conversation: "conv_1" }, "conversation"],
      [{ prompt: { id: "pmpt_1" } }, "prompt"],
      [{ input: [{ type: "item_reference", id: "msg_mock" }] }, "input[0]"],
    ] as const;
    for (const [more, param] of bodies) {
      const failed = client.responses.create({ model, input: "Who?", ...more } as never);
      await expect(failed).rejects.toThrow(BadRequestError);
      await expect(failed).rejects.toMatchObject({ code: "unsupported_field", param });
    }
    await expect(client.responses.cancel("resp_x")).rejects.toMatchObject({ code: "unsupported_field" });
  });
});
