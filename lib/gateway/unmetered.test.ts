import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

/** What none of these endpoints counts: nobody can be billed by it here. */
const UNMETERED = ["videoSecond", "audioSecond", "character"];
/** What a price for what goes in suffices for. */
const SOLD_BY_INPUT: readonly string[] = [
  "images",
  "embeddings",
  "Gemini's embeddings",
  "a ranking",
  "a moderation",
];
const FUNDS = 10n ** 12n;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  for (const unit of UNMETERED) await gateway.priceModel(unit, { [unit]: "1000000" });
  await gateway.priceModel("embedding", { input: "20" });
  const models = [...UNMETERED, "embedding"];
  await gateway.addChannel(Object.fromEntries(models.map((model) => [model, model])));
});
afterAll(() => gateway.stop());

const user = { role: "user", content: "Hello" };
const calls = [
  ["chat", "/v1/chat/completions", { messages: [user] }],
  ["a streamed chat", "/v1/chat/completions", { messages: [user], stream: true }],
  ["messages", "/v1/messages", { messages: [user], max_tokens: 10 }],
  ["Gemini", "/v1beta/models/MODEL:generateContent", { contents: [{ parts: [{ text: "Hello" }] }] }],
  ["Gemini's embeddings", "/v1beta/models/MODEL:embedContent", { content: { parts: [{ text: "Hello" }] } }],
  ["completions", "/v1/completions", { prompt: "Hello", max_tokens: 0 }],
  ["embeddings", "/v1/embeddings", { input: "Hello" }],
  ["a ranking", "/v1/rerank", { query: "Hello", documents: ["Hello"] }],
  ["a moderation", "/v1/moderations", { input: "Hello" }],
  ["a response", "/v1/responses", { input: "Hello" }],
  ["a streamed response", "/v1/responses", { input: "Hello", stream: true }],
  ["images", "/v1/images/generations", { prompt: "a fox" }],
] as const;

describe.each([...UNMETERED, "embedding"])("a model that is sold by %s alone", (model) => {
  // A model with a price for what goes in sells what is billed by that, and pictures by the tokens that upstream says they took.
  it.each(calls.filter(([name]) => model !== "embedding" || !SOLD_BY_INPUT.includes(name)))(
    "is refused as not priced through %s, and nothing is held or billed",
    async (_, path, body) => {
      const accountId = await gateway.addAccount({ balanceNanoUsd: FUNDS });
      const secret = await gateway.addKey(accountId);
      const answer = await gateway.call(path.includes("MODEL") ? body : { model, ...body }, secret, {
        path: path.replace("MODEL", model),
      });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain("no price yet");
      const id = answer.headers.get("x-request-id");
      const rowOf = async () => (await gateway.rows()).find(({ request_id }) => request_id === id);
      await expect
        .poll(rowOf)
        .toMatchObject({ status: 503, error_code: "model_not_priced", cost: 0n, channel_id: null });
      expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
    },
  );
});
