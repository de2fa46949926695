import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rerank } from "./protocols/rerank.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("ranker", { input: "20" });
  await gateway.priceModel("searcher", { call: "2000000" });
  await gateway.priceModel("cut", { input: "20" });
  await gateway.addChannel({ ranker: "ranker", searcher: "searcher", cut: "ranker-cut" });
});
afterAll(() => gateway.stop());

const DOCUMENTS = ["A dog barks.", "The quick fox jumps.", "A fox."];
const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}) => {
    const whole = { model: "ranker", query: "quick fox", documents: DOCUMENTS, ...body };
    return gateway.call(whole, secret, { path: "/v1/rerank", headers });
  };
  return { accountId, secret, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
type Ranking = { results: { index: number; relevance_score: number; document?: { text: string } }[] };
const rankingOf = async (response: Response) => ((await response.json()) as Ranking).results;
const answers = (status: number, body: object | string) =>
  gateway.startUpstream((response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  });
/** A model of its own, whose upstream answers so. */
async function answering(body: object | string, status = 200): Promise<string> {
  const model = gateway.spareModel();
  const { baseUrl } = await answers(status, body);
  await gateway.addChannel({ [model]: model }, { baseUrl });
  return model;
}
const ranked = (more: object = {}) => ({ results: [{ index: 0, relevance_score: 0.5 }], ...more });

describe("rankings", () => {
  it("are answered as they came, and billed what went in", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ top_n: 2, return_documents: true }, { "x-sim-prompt-tokens": "7" });
    expect(answer.status).toBe(200);
    const results = await rankingOf(answer);
    expect(results.map(({ index }) => index)).toEqual([1, 2]);
    expect(results[0]).toMatchObject({ relevance_score: 1, document: { text: DOCUMENTS[1] } });
    expect(await rowOf(answer)).toMatchObject({
      ...{ endpoint: "/v1/rerank", usage_source: "upstream", cost: 140n },
      ...{ prompt_tokens: 7n, completion_tokens: 0n },
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 140n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 140n);
  });

  it("are of texts, or of objects that have one", async () => {
    const { ask } = await customer();
    const documents = DOCUMENTS.map((text, id) => ({ text, id }));
    expect((await rankingOf(await ask({ documents }))).map(({ index }) => index)).toEqual([1, 2, 0]);
  });

  it.each([
    ["Jina's", { usage: { total_tokens: 31 } }],
    ["OpenAI's", { usage: { prompt_tokens: 31, total_tokens: 40, completion_tokens: 9 } }],
    ["Cohere's, read", { meta: { tokens: { input_tokens: 31 } } }],
    ["Cohere's, billed", { meta: { tokens: { input_tokens: 99 }, billed_units: { input_tokens: 31 } } }],
    ["a prompt of zero beside a sum", { usage: { prompt_tokens: 0, total_tokens: 31 } }],
  ])("are billed by upstream's figures under any of their names: %s", async (_, figures) => {
    const { ask } = await customer();
    const row = await rowOf(await ask({ model: await answering(ranked(figures)) }));
    expect(row).toMatchObject({ prompt_tokens: 31n, completion_tokens: 0n, usage_source: "upstream" });
    expect(row?.cost).toBe(31_000n);
  });

  it.each([
    ["no figures", {}],
    ["figures of nothing", { usage: { total_tokens: 0 }, meta: { billed_units: { search_units: 1 } } }],
    ["impossible ones", { usage: { total_tokens: -5, prompt_tokens: 1.5 }, meta: [] }],
  ])("of upstreams with %s are billed the tokens counted, each text once", async (_, figures) => {
    const { ask } = await customer();
    const model = await answering(ranked(figures));
    const row = await rowOf(await ask({ model, query: "Hello world", documents: ["Hello world", "x", ""] }));
    expect(row).toMatchObject({ usage_source: "counted", prompt_tokens: 5n, cost: 5_000n });
  });

  it("are held at the query with each document, and need the money for it", async () => {
    const { ask } = await customer();
    const body = { query: "x".repeat(300), documents: Array.from({ length: 50 }, () => "y".repeat(30)) };
    // Tokens: (100 + 10 + 4) × 50.
    expect(await rowOf(await ask(body))).toMatchObject({ hold: 5_700n * 20n });
    const poor = await customer(5_700n * 20n - 1n);
    expect((await poor.ask(body)).status).toBe(402);
    expect(await gateway.funds(poor.accountId)).toMatchObject({ balance: 5_700n * 20n - 1n, held: 0n });
    const told = { ...body, instruction: "z".repeat(30) };
    expect(await rowOf(await ask(told))).toMatchObject({ hold: 6_200n * 20n });
    const fields = { query: "x", documents: [{ text: "y", title: "z".repeat(3_000) }] };
    const row = await rowOf(await ask(fields));
    expect(row?.hold).toBeGreaterThan(1_000n * 20n);
  });

  it("of a model with a price per call cost that, for a search as vendors count them", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ model: "searcher" });
    expect(await rowOf(answer)).toMatchObject({ cost: 2_000_000n, hold: 2_000_000n });
    const hundred = Array.from({ length: 100 }, () => "a fox");
    expect((await ask({ model: "searcher", documents: hundred })).status).toBe(200);
    const more = await ask({ model: "searcher", documents: [...hundred, "a fox"] });
    expect([more.status, await more.json()]).toMatchObject([400, { error: { param: "documents" } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 4_000_000n, held: 0n });
  });

  it("count for the limit on tokens what goes in", async () => {
    const { ask, accountId } = await customer();
    const limit = { model: "ranker", metric: "tpm", value: 40 } as const;
    await gateway.setLimit({ scope: "account", scopeId: accountId, ...limit });
    const body = { query: "a", documents: ["a"] };
    expect((await ask(body, { "x-sim-prompt-tokens": "38" })).status).toBe(200);
    expect((await ask(body)).status).toBe(429);
  });

  it.each([
    ["no query", { query: undefined }, "query"],
    ["an empty query", { query: "" }, "query"],
    ["a picture for a query", { query: { image: "https://…" } }, "query"],
    ["no documents", { documents: null }, "documents"],
    ["an empty list", { documents: [] }, "documents"],
    ["a text for a list", { documents: "a" }, "documents"],
    ["a document that is none", { documents: ["a", 7] }, "documents"],
    ["a picture among them", { documents: [{ image: "https://…" }] }, "documents"],
    ["lists in lists", { documents: [["a"]] }, "documents"],
    ["too many", { documents: Array.from({ length: 10_001 }, () => "a") }, "documents"],
    ["none wanted", { top_n: 0 }, "top_n"],
    ["a text for a number", { top_n: "3" }, "top_n"],
    ["a stream", { stream: true }, "stream"],
    ["a tier that is not sold", { service_tier: "priority" }, "service_tier"],
    ["another model by the side", { fallbacks: ["m"] }, "fallbacks"],
    ["a field in other letters", { documents: undefined, Documents: ["a"] }, "documents"],
  ])("with %s are refused, and nothing is held", async (_, body, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask(body);
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { error: { param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it("that break off, are empty or rank nothing cost nothing", async () => {
    const { ask, accountId } = await customer();
    expect((await ask({ model: "cut" })).status).toBe(502);
    expect((await ask({}, { "x-sim-fault": "empty" })).status).toBe(502);
    for (const results of [[], [{}], [{ index: 0, relevance_score: "1" }], "none", null])
      expect((await ask({ model: await answering({ results, usage: { total_tokens: 9 } }) })).status).toBe(
        502,
      );
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });
});

describe("large rankings", () => {
  const text = 'He said: "usage": {"total_tokens": 1}, \\ and "meta".'.repeat(4_000);
  const results = Array.from({ length: 10 }, (_, index) => ({
    index,
    relevance_score: 1,
    document: { text },
  }));

  it("pass byte for byte, and are billed what they say themselves, before or behind their documents", async () => {
    const { ask } = await customer();
    const usage = { total_tokens: 77 };
    for (const whole of [
      { usage, results },
      { results, meta: { billed_units: { input_tokens: 77 } } },
      { data: results, usage },
    ]) {
      expect(rerank.readLarge?.(Buffer.from(JSON.stringify(whole, null, 1)))).toMatchObject({
        promptTokens: 77,
      });
      const answer = await ask({ model: await answering(whole) });
      expect(await answer.text()).toBe(JSON.stringify(whole));
      expect(await rowOf(answer)).toMatchObject({ prompt_tokens: 77n, usage_source: "upstream" });
    }
  });

  it("are counted where they say it of a document only, and are nothing where they are an error or half an answer", async () => {
    const { ask } = await customer();
    const [first, ...others] = results;
    const inside = { results: [...others, { ...first, usage: { total_tokens: 1_000_000 } }] };
    const row = await rowOf(await ask({ model: await answering(inside) }));
    expect(row).toMatchObject({ usage_source: "counted" });
    expect(row?.prompt_tokens).toBeLessThan(100n);
    const usage = { total_tokens: 5 };
    const failed = { usage, error: { message: "no" }, results };
    expect((await ask({ model: await answering(failed) })).status).toBe(502);
    const half = JSON.stringify({ usage, results }).slice(0, -1);
    expect((await ask({ model: await answering(half) })).status).toBe(502);
  });
});

describe("an upstream that cannot rank", () => {
  const chat = async (model: string, secret: string) =>
    (await gateway.call({ model, messages: [{ role: "user", content: "hi" }] }, secret)).status;
  const completion = { choices: [{ message: { content: "hi" }, finish_reason: "stop" }] };
  const chatOnly = async (status: number, body: string) => {
    const model = gateway.spareModel();
    const { baseUrl, seen } = await gateway.startUpstream((response, request) => {
      const isChat = request.url?.endsWith("/chat/completions");
      response.writeHead(isChat ? 200 : status, { "content-type": "application/json" });
      response.end(isChat ? JSON.stringify(completion) : body);
    });
    await gateway.addChannel({ [model]: model }, { baseUrl, priority: 10 });
    return { model, seen };
  };

  it.each([404, 405, 501, 500])("goes on to answer chats after %i at it", async (status) => {
    const { ask, secret, accountId } = await customer();
    const { model } = await chatOnly(status, '{"detail":"Not Found"}');
    for (let times = 0; times < 6; times += 1) {
      const answer = await ask({ model });
      expect([answer.status, await answer.json()]).toMatchObject([
        502,
        { error: { code: "upstream_error" } },
      ]);
    }
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
    expect(await chat(model, secret)).toBe(200);
  });

  it("is passed over for one that can", async () => {
    const { ask } = await customer();
    const { model, seen } = await chatOnly(404, "");
    const { baseUrl } = await answers(200, ranked({ usage: { total_tokens: 3 } }));
    await gateway.addChannel({ [model]: model }, { baseUrl });
    const answer = await ask({ model });
    expect(answer.status).toBe(200);
    expect(seen.calls).toBe(1);
    expect(await rowOf(answer)).toMatchObject({
      prompt_tokens: 3n,
      attempts: [
        { status: 404, errorClass: "path_missing" },
        { status: 200, errorClass: null },
      ],
    });
  });
});
