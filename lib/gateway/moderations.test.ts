import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRefusal } from "./errors.ts";
import { moderations } from "./protocols/moderations.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;
const USUAL = "omni-moderation-latest";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("judge", { input: "20" });
  await gateway.priceModel("gratis", { input: "0" });
  await gateway.priceModel("by-call", { call: "500" });
  await gateway.priceModel("broken", { input: "20" });
  await gateway.addChannel({ judge: "judge", gratis: "gratis", "by-call": "x", broken: "judge-cut" });
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}) =>
    gateway.call({ model: "judge", input: "hi", ...body }, secret, { path: "/v1/moderations", headers });
  return { accountId, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
type Moderation = { model: string; results: { flagged: boolean }[] };
const flagsOf = async (response: Response) =>
  ((await response.json()) as Moderation).results.map(({ flagged }) => flagged);
/** A model of its own, whose upstream answers so. */
async function answering(body: object): Promise<string> {
  const model = gateway.spareModel();
  const { baseUrl } = await gateway.startUpstream((response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
  await gateway.addChannel({ [model]: model }, { baseUrl });
  return model;
}

describe("moderations", () => {
  it("judge a text, a list of them, or the parts of one, and are billed the tokens counted", async () => {
    const { ask, accountId } = await customer();
    const one = await ask({ input: "Hello world" });
    expect(one.status).toBe(200);
    expect(await flagsOf(one)).toEqual([false]);
    expect(await rowOf(one)).toMatchObject({
      ...{ endpoint: "/v1/moderations", usage_source: "counted", cost: 40n },
      ...{ prompt_tokens: 2n, completion_tokens: 0n },
    });
    expect(await flagsOf(await ask({ input: ["violence", "a fox", ""] }))).toEqual([true, false, false]);
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const parts = await ask({ input: [{ type: "text", text: "Hello world" }, image] });
    expect(await flagsOf(parts)).toEqual([false]);
    expect(await rowOf(parts)).toMatchObject({ prompt_tokens: 1_502n, cost: 30_040n, hold: 30_080n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 40n - 80n - 30_040n);
  });

  it("are billed upstream's figures where it has some", async () => {
    const { ask } = await customer();
    const results = [{ flagged: false }];
    const model = await answering({ results, usage: { prompt_tokens: 9, completion_tokens: 70 } });
    expect(await rowOf(await ask({ model }))).toMatchObject({
      ...{ usage_source: "upstream", prompt_tokens: 9n, completion_tokens: 0n, cost: 9_000n },
    });
  });

  it("of a model whose stated price is 0 cost nothing, also without money, and their tokens are known", async () => {
    const { ask, accountId } = await customer(0n);
    const answer = await ask({ model: "gratis", input: "Hello world" });
    expect(answer.status).toBe(200);
    expect(await rowOf(answer)).toMatchObject({ prompt_tokens: 2n, cost: 0n, hold: 0n });
    expect((await ask({ input: "Hello world" })).status).toBe(402);
    // Without a price it is refused, never free.
    expect(await (await ask({ model: "bare" })).text()).toContain("model_not_priced");
    expect(await gateway.funds(accountId)).toMatchObject({ balance: 0n, held: 0n });
  });

  it("of a model that is sold by the call cost that", async () => {
    const { ask } = await customer();
    expect(await rowOf(await ask({ model: "by-call" }))).toMatchObject({ cost: 500n, hold: 500n });
  });

  it("that break off, or judge nothing, cost nothing", async () => {
    const { ask, accountId } = await customer();
    expect((await ask({ model: "broken" })).status).toBe(502);
    for (const results of [[], [{}], [{ flagged: "no" }], null]) {
      const model = await answering({ results, usage: { prompt_tokens: 9 } });
      expect((await ask({ model })).status).toBe(502);
    }
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it.each([
    ["no input", { input: null }, "input"],
    ["an empty list", { input: [] }, "input"],
    ["a number", { input: 7 }, "input"],
    ["lists in lists", { input: [["a"]] }, "input"],
    ["texts and parts mixed", { input: ["a", { type: "text", text: "a" }] }, "input"],
    ["a part of no kind", { input: [{ type: "input_audio", input_audio: {} }] }, "input"],
    ["a picture without an address", { input: [{ type: "image_url", image_url: "x" }] }, "input"],
    ["too many texts", { input: Array.from({ length: 2_049 }, () => "a") }, "input"],
    ["more text than is counted for nothing", { input: ["a".repeat(1_000_000), "b"] }, "input"],
    ["an empty name", { model: "" }, "model"],
    ["a list of models", { model: ["judge"] }, "model"],
    ["a stream", { stream: true }, "stream"],
    ["another model by the side", { fallbacks: ["m"] }, "fallbacks"],
    ["a field in other letters", { input: undefined, Input: "a" }, "input"],
  ])("with %s are refused, and nothing is held", async (_, body, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask(body);
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { error: { param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });
});

describe("moderations that name no model", () => {
  it("mean OpenAI's usual one, and say so where it is not there", async () => {
    const { ask } = await customer();
    const refused = await ask({ model: undefined });
    const { error } = (await refused.json()) as { error: { message: string; code: string; param: string } };
    expect([refused.status, error.code, error.param]).toEqual([404, "model_not_found", "model"]);
    expect(error.message).toContain(`names no model, which means "${USUAL}"`);

    await gateway.priceModel(USUAL, { input: "0" });
    const unserved = await ask({ model: null });
    expect([unserved.status, await unserved.text()]).toEqual([503, expect.stringContaining(USUAL)]);

    await gateway.addChannel({ [USUAL]: USUAL });
    for (const model of [undefined, null]) {
      const answer = await ask({ model, input: "a fox" });
      expect([answer.status, await answer.json()]).toMatchObject([200, { model: USUAL }]);
      expect(await rowOf(answer)).toMatchObject({ model: USUAL, cost: 0n });
    }
  });

  it.each([
    ['{"input":"a"}', USUAL, `{"model":"${USUAL}","input":"a"}`],
    ['{"model":null, "input":"a"}', USUAL, `{"model":"${USUAL}", "input":"a"}`],
    ['{"input":"a"}', "theirs", '{"model":"theirs","input":"a"}'],
    ['{"model":"mine", "input":"a"}', "mine", '{"model":"mine", "input":"a"}'],
    ['{"model":"mine", "input":"a"}', "theirs", '{"model":"theirs", "input":"a"}'],
  ])("go upstream with the name that it has there: %s to %s", (body, upstreamModel, sent) => {
    const call = moderations.read(Buffer.from(body));
    if (isRefusal(call)) throw new Error(call.message);
    expect(Buffer.from(moderations.upstreamBody(call, upstreamModel, true)).toString()).toBe(sent);
  });
});
