import type OpenAI from "openai";
import { BadRequestError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

const MODEL = "sim-rerank";
const DOCUMENTS = ["A dog barks.", "The quick fox jumps.", "A fox."];

let world: World;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  const { key } = await world.operator.customer("1");
  client = openai(world.gateway.url, key.secret, { "x-sim-prompt-tokens": "50000" });
});
afterAll(() => world?.stop());

type Ranking = {
  results: { index: number; relevance_score: number; document?: { text: string } }[];
  usage: { total_tokens: number };
};

describe("rankings through the official client's own requests", () => {
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
