import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  // What makes vectors has a price for what goes in, and none for anything else.
  await gateway.priceModel("vectors", { input: "20" });
  await gateway.priceModel("cut", { input: "20" });
  await gateway.addChannel({ vectors: "vectors", cut: "vectors-cut" });
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}) =>
    gateway.call({ model: "vectors", input: "a fox", ...body }, secret, { path: "/v1/embeddings", headers });
  return { accountId, secret, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
type Vectors = { data: { index: number; embedding: number[] | string }[]; usage?: object };
const vectorsOf = async (response: Response) => ((await response.json()) as Vectors).data;

describe("embeddings", () => {
  it("are answered as they came, and billed what went in", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ input: ["a fox", "a dog"] }, { "x-sim-prompt-tokens": "7" });
    expect(answer.status).toBe(200);
    const vectors = await vectorsOf(answer);
    expect(vectors.map(({ index }) => index)).toEqual([0, 1]);
    expect(vectors[0]?.embedding).not.toEqual(vectors[1]?.embedding);
    expect(await rowOf(answer)).toMatchObject({
      ...{ endpoint: "/v1/embeddings", usage_source: "upstream", cost: 140n },
      ...{ prompt_tokens: 7n, completion_tokens: 0n },
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 140n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 140n);
  });

  it("come in the form and the length asked for", async () => {
    const { ask } = await customer();
    const [numbers] = await vectorsOf(await ask({ dimensions: 16 }));
    const [base64] = await vectorsOf(await ask({ dimensions: 16, encoding_format: "base64" }));
    expect(numbers?.embedding).toHaveLength(16);
    const bytes = Buffer.from(String(base64?.embedding), "base64");
    expect([...new Float32Array(new Uint8Array(bytes).buffer)]).toEqual(numbers?.embedding);
  });

  it("of upstreams without figures are billed the tokens counted: of texts, and of lists of tokens as they are", async () => {
    const { ask } = await customer();
    const silent = { "x-sim-fault": "no-usage" };
    expect(await rowOf(await ask({ input: ["Hello world"] }, silent))).toMatchObject({
      ...{ usage_source: "counted", prompt_tokens: 2n, cost: 40n },
    });
    expect(await rowOf(await ask({ input: [1, 2, 3] }, silent))).toMatchObject({ prompt_tokens: 3n });
    expect(await rowOf(await ask({ input: [[1, 2], [3]] }, silent))).toMatchObject({ prompt_tokens: 3n });
  });

  it("are held at no less than they cost, a thousand single letters too, and need the money for it", async () => {
    const { ask } = await customer();
    const letters = Array.from({ length: 1_000 }, () => "x");
    const row = await rowOf(await ask({ input: letters }, { "x-sim-fault": "no-usage" }));
    expect(row).toMatchObject({ prompt_tokens: 1_000n, cost: 20_000n, hold: 20_000n });
    const poor = await customer(19_999n);
    expect((await poor.ask({ input: letters })).status).toBe(402);
    expect(await gateway.funds(poor.accountId)).toMatchObject({ balance: 19_999n, held: 0n });
  });

  it("count for the limit on tokens what goes in", async () => {
    const { ask, accountId } = await customer();
    await gateway.setLimit({
      scope: "account",
      scopeId: accountId,
      model: "vectors",
      metric: "tpm",
      value: 10,
    });
    const tokens = (count: number) => ({ input: Array.from({ length: count }, () => 1) });
    expect((await ask(tokens(8), { "x-sim-prompt-tokens": "8" })).status).toBe(200);
    const refused = await ask(tokens(8));
    expect([refused.status, (await refused.json()) as object]).toMatchObject([
      429,
      { error: { code: "rate_limit_exceeded", details: { metric: "tpm", used: 8, requested: 8 } } },
    ]);
    expect((await ask(tokens(11))).status).toBe(429);
  });

  it.each([
    ["no input", { input: null }, "input"],
    ["an empty text", { input: "" }, "input"],
    ["an empty list", { input: [] }, "input"],
    ["an empty text among others", { input: ["a", ""] }, "input"],
    ["an empty list of tokens", { input: [[]] }, "input"],
    ["a token that is none", { input: [1, -1] }, "input"],
    ["lists in lists in lists", { input: [[[1]]] }, "input"],
    ["too many inputs", { input: Array.from({ length: 2_049 }, () => "a") }, "input"],
    ["dimensions of zero", { dimensions: 0 }, "dimensions"],
    ["an unknown encoding", { encoding_format: "hex" }, "encoding_format"],
    ["a stream", { stream: true }, "stream"],
    ["a tier that is not sold", { service_tier: "priority" }, "service_tier"],
    ["another model by the side", { fallbacks: ["m"] }, "fallbacks"],
    ["a field in other letters", { input: undefined, Input: "a" }, "input"],
  ])("with %s are refused, and nothing is held", async (_, body, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask(body);
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { error: { param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it("that break off, are empty or are not sent cost nothing", async () => {
    const { ask, accountId } = await customer();
    expect((await ask({ model: "cut" })).status).toBe(502);
    expect((await ask({}, { "x-sim-fault": "empty" })).status).toBe(502);
    const none = await answering({ object: "list", data: [], usage: { prompt_tokens: 9 } });
    expect((await ask({ model: none })).status).toBe(502);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it("are never billed an output or a part of the prompt that upstream makes up", async () => {
    const { ask } = await customer();
    const data = [{ object: "embedding", index: 0, embedding: [1] }];
    const cached = { cached_tokens: 99, audio_tokens: 9 };
    const usage = { prompt_tokens: 5, completion_tokens: -7_000, prompt_tokens_details: cached };
    const row = await rowOf(await ask({ model: await answering({ data, usage }) }));
    expect(row).toMatchObject({ prompt_tokens: 5n, completion_tokens: 0n, audio_input_tokens: 0n });
  });

  it("of many megabytes pass byte for byte, and are billed what stands at their end", async () => {
    const { ask } = await customer();
    const data = Array.from({ length: 400 }, (_, index) => ({ index, embedding: numbers(1_000) }));
    const whole = { object: "list", data, model: "x", usage: { prompt_tokens: 77, total_tokens: 77 } };
    const answer = await ask({ model: await answering(whole) });
    expect(await answer.text()).toBe(JSON.stringify(whole));
    expect(await rowOf(answer)).toMatchObject({ prompt_tokens: 77n, usage_source: "upstream" });
    // In an item's object it is not the answer's own.
    const inside = { data: [...data, { embedding: [1], usage: { prompt_tokens: 1_000_000 } }] };
    const counted = await rowOf(await ask({ model: await answering(inside), input: "Hello world" }));
    expect(counted).toMatchObject({ prompt_tokens: 2n, usage_source: "counted" });
    const first = { usage: { prompt_tokens: 78 }, data };
    expect(await rowOf(await ask({ model: await answering(first) }))).toMatchObject({ prompt_tokens: 78n });
  });
});

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at / 7);

/** A model of its own, whose upstream answers so. */
async function answering(body: object): Promise<string> {
  const model = gateway.spareModel();
  const { baseUrl } = await gateway.startUpstream((response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
  await gateway.addChannel({ [model]: model }, { baseUrl });
  return model;
}
