import type OpenAI from "openai";
import { BadRequestError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

const MODEL = "sim-embedding";

let world: World;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  const { key } = await world.operator.customer("1");
  client = openai(world.gateway.url, key.secret, { "x-sim-prompt-tokens": "50000" });
});
afterAll(() => world?.stop());

describe("embeddings through the official client", () => {
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
