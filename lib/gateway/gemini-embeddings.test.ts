import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRefusal } from "./errors.ts";
import { geminiEmbeddings } from "./protocols/gemini-embeddings.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("vectors", { input: "20" });
  await gateway.priceModel("cut", { input: "20" });
  await gateway.priceModel("some/vectors:1", { input: "20" });
  await gateway.addChannel({ vectors: "vectors", cut: "vectors-cut", "some/vectors:1": "vectors" });
});
afterAll(() => gateway.stop());

const content = (...texts: string[]) => ({ parts: texts.map((text) => ({ text })) });
const ONE = { content: content("a fox") };
const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (path: string, body: object, headers: Record<string, string> = {}) =>
    gateway.call(body, secret, { path, headers });
  const one = (body: object, headers: Record<string, string> = {}, model = "vectors") =>
    ask(`/v1beta/models/${model}:embedContent`, body, headers);
  const many = (requests: unknown, headers: Record<string, string> = {}, model = "vectors") =>
    ask(`/v1beta/models/${model}:batchEmbedContents`, { requests }, headers);
  return { accountId, ask, one, many };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
type Vectors = {
  embedding?: { values: number[] };
  embeddings?: { values: number[] }[];
  usageMetadata: { promptTokenCount: number };
};
const vectorsOf = async (response: Response): Promise<Vectors> => (await response.json()) as Vectors;
/** A model of its own, whose upstream answers so. */
async function answering(body: object): Promise<string> {
  const model = gateway.spareModel();
  const { baseUrl } = await gateway.startUpstream((response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
  await gateway.addChannel({ [model]: model }, { baseUrl });
  return model;
}

describe("Gemini's embedContent", () => {
  it("is answered in its own shape, and billed what went in", async () => {
    const { one, accountId } = await customer();
    const answer = await one({ ...ONE, outputDimensionality: 16 }, { "x-sim-prompt-tokens": "7" });
    expect(answer.status).toBe(200);
    const { embedding, usageMetadata, ...others } = await vectorsOf(answer);
    expect(embedding?.values).toHaveLength(16);
    expect(embedding?.values.every(Number.isFinite)).toBe(true);
    expect([usageMetadata.promptTokenCount, others]).toEqual([7, {}]);
    expect(await rowOf(answer)).toMatchObject({
      ...{ protocol: "gemini", endpoint: "/v1beta/models/vectors:embedContent", cost: 140n },
      ...{ prompt_tokens: 7n, completion_tokens: 0n, usage_source: "upstream", stream: false },
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 140n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 140n);
  });

  it("answers many at once, each in its place, also where upstream has them in another order", async () => {
    const { one, many } = await customer();
    const [fox, dog] = [
      { content: content("a fox") },
      { content: content("a dog"), model: "models/vectors" },
    ];
    const { embeddings } = await vectorsOf(await many([fox, dog]));
    const alone = await Promise.all([fox, dog].map(async (body) => vectorsOf(await one(body))));
    expect(embeddings).toEqual(alone.map(({ embedding }) => embedding));
    expect(embeddings?.[0]).not.toEqual(embeddings?.[1]);
    const data = [
      { index: 1, embedding: [0.5] },
      { index: 0, embedding: [1e-7] },
    ];
    const turned = await many([fox, { content: content("b") }], {}, await answering({ data }));
    expect((await vectorsOf(turned)).embeddings).toEqual([{ values: [1e-7] }, { values: [0.5] }]);
  });

  it("knows fields with underscores, kinds of tasks as hints, parts of one text, and models with any signs", async () => {
    const { ask, one } = await customer();
    const snake = { ...ONE, output_dimensionality: 3, task_type: "RETRIEVAL_QUERY" };
    expect((await vectorsOf(await one(snake))).embedding?.values).toHaveLength(3);
    const parts = { content: { role: "user", ...content("Hello", "world") } };
    const counted = await one(parts, { "x-sim-fault": "no-usage" });
    expect(await rowOf(counted)).toMatchObject({ usage_source: "counted", prompt_tokens: 3n, hold: 80n });
    for (const path of ["some/vectors:1", encodeURIComponent("some/vectors:1")])
      expect((await ask(`/v1beta/models/${path}:embedContent`, ONE)).status).toBe(200);
    // Where Google's newer clients go.
    expect((await ask("/v1/models/vectors:batchEmbedContents", { requests: [ONE] })).status).toBe(200);
  });

  it("asks upstream in OpenAI's words, and for nothing that is not meant", () => {
    const sent = (isBatch: boolean, body: object) => {
      const protocol = geminiEmbeddings("mine", isBatch);
      const call = protocol.read(Buffer.from(JSON.stringify(body)));
      if (isRefusal(call)) throw new Error(call.message);
      return JSON.parse(Buffer.from(protocol.upstreamBody(call, "theirs", true)).toString());
    };
    expect(sent(false, { ...ONE, taskType: "CLUSTERING" })).toEqual({ model: "theirs", input: ["a fox"] });
    const requests = [ONE, ONE].map((one) => ({ ...one, outputDimensionality: 9 }));
    expect(sent(true, { requests })).toEqual({ model: "theirs", input: ["a fox", "a fox"], dimensions: 9 });
  });

  it("needs the money for all of it", async () => {
    const { many, accountId } = await customer(999n * 20n);
    const requests = Array.from({ length: 100 }, () => ({ content: content("x".repeat(30)) }));
    const refused = await many(requests);
    expect([refused.status, await refused.json()]).toMatchObject([
      402,
      { error: { status: "FAILED_PRECONDITION", details: [{ reason: "insufficient_balance" }, {}] } },
    ]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: 999n * 20n, held: 0n });
  });

  it("costs nothing where vectors are missing, twice, or none", async () => {
    const { one, many, accountId } = await customer();
    expect((await one(ONE, {}, "cut")).status).toBe(502);
    const vector = { index: 0, embedding: [1] };
    const usage = { prompt_tokens: 9 };
    const odd = [[], [vector], [vector, vector], [vector, { index: 5, embedding: [1] }]];
    const odder = [
      [vector, { index: 1, embedding: [] }],
      [vector, { index: 1, embedding: "AACAPw==" }],
      [vector, null],
    ];
    for (const data of [...odd, ...odder])
      expect((await many([ONE, ONE], {}, await answering({ data, usage }))).status).toBe(502);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it.each([
    ["no content", { content: undefined }, "content"],
    ["a text for a content", { content: "a fox" }, "content"],
    ["no parts", { content: {} }, "content.parts"],
    ["empty parts", { content: content("") }, "content.parts"],
    ["an empty list of parts", { content: content() }, "content.parts"],
    ["a part without a text", { content: { parts: [{}] } }, "content.parts[0].text"],
    ["a picture", { content: { parts: [{ inlineData: {} }] } }, "content.parts[0].inlineData"],
    ["a length of zero", { outputDimensionality: 0 }, "outputDimensionality"],
    ["a length in letters", { outputDimensionality: "16" }, "outputDimensionality"],
    ["a kind of task that is none", { taskType: "COOKING" }, "taskType"],
    ["a title", { title: "Foxes" }, "title"],
    ["another model than the path's", { model: "models/m" }, "model"],
    ["a field in other letters", { outputdimensionality: 3 }, "outputdimensionality"],
  ])("with %s is refused in Google's envelope, and nothing is held", async (_, body, field) => {
    const { one, many, accountId } = await customer();
    const told = async (answer: Response, at: string) =>
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        {
          error: {
            status: "INVALID_ARGUMENT",
            details: [{}, { fieldViolations: [{ field: at }] }, {}],
          },
        },
      ]);
    await told(await one({ ...ONE, ...body }), field);
    await told(await many([ONE, { ...ONE, ...body }]), `requests[1].${field}`);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it.each([
    ["no requests", undefined],
    ["an empty list", []],
    ["more than Google takes", Array.from({ length: 101 }, () => ONE)],
    ["what is no request", [null]],
    ["lengths that differ", [ONE, { ...ONE, outputDimensionality: 3 }]],
  ])("of many with %s is refused", async (_, requests) => {
    const { many, accountId } = await customer();
    expect((await many(requests)).status).toBe(400);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });
});
