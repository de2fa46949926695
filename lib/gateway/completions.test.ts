import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRefusal } from "./errors.ts";
import { completions } from "./protocols/completions.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.addChannel({ m: "m" });
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    gateway.call({ model: "m", prompt: "Once upon", ...body }, secret, {
      ...{ path: "/v1/completions", headers },
      ...init,
    });
  return { accountId, secret, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
type Choice = { index: number; text: string; finish_reason: string | null };
type Completion = { object: string; choices: Choice[]; usage?: { completion_tokens: number } };
const eventsOf = (text: string): Completion[] =>
  text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)));
const said = (text: string) =>
  eventsOf(text).flatMap(({ choices = [] }: Partial<Completion>) => choices.map((choice) => choice.text));
const call = (body: object) => {
  const read = completions.read(Buffer.from(JSON.stringify({ model: "m", prompt: "abc", ...body })));
  if (isRefusal(read)) throw new Error(read.message);
  return read;
};
/** A model of its own, whose upstream answers so. */
async function answering(body: object | string, contentType = "application/json"): Promise<string> {
  const model = gateway.spareModel();
  const { baseUrl } = await gateway.startUpstream((response) =>
    response
      .writeHead(200, { "content-type": contentType })
      .end(typeof body === "string" ? body : JSON.stringify(body)),
  );
  await gateway.addChannel({ [model]: model }, { baseUrl });
  return model;
}

describe("completions", () => {
  it("are answered as they came, and billed prompt and text", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ max_tokens: 5 }, { "x-sim-prompt-tokens": "7" });
    const { object, choices } = (await answer.json()) as Completion;
    expect([answer.status, object]).toEqual([200, "text_completion"]);
    expect(choices).toMatchObject([{ index: 0, text: " the quick brown fox jumps" }]);
    expect(await rowOf(answer)).toMatchObject({
      ...{ endpoint: "/v1/completions", usage_source: "upstream", cost: 17_000n, stream: false },
      ...{ prompt_tokens: 7n, completion_tokens: 5n },
    });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 17_000n);
  });

  it("stream their text, and are billed what upstream says, told only to who asked", async () => {
    const { ask } = await customer();
    const streamed = await ask({ stream: true, max_tokens: 6 }, { "x-sim-prompt-tokens": "7" });
    const text = await streamed.text();
    expect(said(text).join("")).toBe(" the quick brown fox jumps over");
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(eventsOf(text).some(({ usage }) => usage !== undefined)).toBe(false);
    expect(await rowOf(streamed)).toMatchObject({ usage_source: "upstream", cost: 19_000n, stream: true });
    const asked = await ask({ stream: true, stream_options: { include_usage: true }, max_tokens: 6 });
    expect(eventsOf(await asked.text()).at(-1)).toMatchObject({ usage: { completion_tokens: 6 } });
  });

  it("of upstreams without figures are billed the text counted, whole or streamed", async () => {
    const { ask } = await customer();
    const silent = { "x-sim-fault": "no-usage" };
    for (const stream of [false, true]) {
      const answer = await ask({ prompt: "Hello world", max_tokens: 6, stream }, silent);
      await answer.text();
      expect(await rowOf(answer)).toMatchObject({
        ...{ usage_source: "counted", prompt_tokens: 2n, completion_tokens: 6n, cost: 14_000n },
      });
    }
    const tokens = await ask({ prompt: [[1, 2, 3], [4]], max_tokens: 6 }, silent);
    expect(await rowOf(tokens)).toMatchObject({ prompt_tokens: 4n, completion_tokens: 12n });
    const suffix = await ask({ prompt: ["Hello world", "a"], suffix: " end", max_tokens: 6 }, silent);
    expect(await rowOf(suffix)).toMatchObject({ prompt_tokens: 5n });
  });

  it("that break off are billed what was delivered, and end with an error", async () => {
    const { ask } = await customer();
    const cut = await ask(
      { prompt: "Hello world", stream: true, max_tokens: 6 },
      { "x-sim-fault": "cut-late" },
    );
    const text = await cut.text();
    expect(said(text).join("")).toBe(" the quick brown fox");
    expect(text).toContain('"code":"upstream_error"');
    expect(await rowOf(cut)).toMatchObject({
      usage_source: "counted",
      prompt_tokens: 2n,
      completion_tokens: 4n,
    });
  });

  it("that their client leaves are billed what had come", async () => {
    const { ask, accountId } = await customer();
    const slow = { "x-sim-chunk-ms": "30", "x-sim-chunks": "50" };
    const left = await ask({ prompt: "Hello world", stream: true, max_tokens: 50 }, slow);
    const reader = left.body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    await expect
      .poll(() => rowOf(left))
      .toMatchObject({ status: 499, usage_source: "counted", prompt_tokens: 2n });
    const row = await rowOf(left);
    expect(row?.completion_tokens).toBeGreaterThan(0n);
    expect(row?.completion_tokens).toBeLessThan(50n);
    expect(await gateway.funds(accountId)).toMatchObject({ held: 0n });
  });

  it("that say their prompt again are not billed it twice", async () => {
    const { ask } = await customer();
    const silent = { "x-sim-fault": "no-usage" };
    for (const stream of [false, true]) {
      const echo = { prompt: ["Hello world", "Hello world"], echo: true, n: 2, max_tokens: 3, stream };
      const answer = await ask(echo, silent);
      expect(await answer.text()).toContain("Hello world");
      expect(await rowOf(answer)).toMatchObject({
        ...{ usage_source: "counted", prompt_tokens: 4n, completion_tokens: 12n },
      });
    }
    // Scores of a prompt's own tokens: nothing is generated.
    const scored = await ask({ echo: true, max_tokens: 0, logprobs: 1 }, { "x-sim-prompt-tokens": "9" });
    expect(await rowOf(scored)).toMatchObject({
      ...{ usage_source: "upstream", prompt_tokens: 9n, completion_tokens: 0n, cost: 9_000n },
    });
    const choices = [{ index: 0, text: "made up", finish_reason: "stop" }];
    const lie = { choices, usage: { prompt_tokens: 9, completion_tokens: 0 } };
    const lied = await ask({ model: await answering(lie), prompt: "Hello world", max_tokens: 9 });
    expect(await rowOf(lied)).toMatchObject({ usage_source: "counted", completion_tokens: 2n });
  });

  it("cost nothing where they are empty, or no completions", async () => {
    const { ask, accountId } = await customer();
    const usage = { prompt_tokens: 9, completion_tokens: 9 };
    const chat = [{ index: 0, message: { content: "hi" }, finish_reason: "stop" }];
    for (const choices of [[], [{}], [{ text: 7 }], chat, null])
      expect((await ask({ model: await answering({ choices, usage }) })).status).toBe(502);
    for (const fault of ["empty", "cut-early", "malformed", "html"])
      expect((await ask({ stream: true }, { "x-sim-fault": fault })).status).toBe(502);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });
});

describe("what completions are held at", () => {
  it.each([
    ["a limit", { max_tokens: 10 }, 10],
    ["every choice", { max_tokens: 10, n: 3 }, 30],
    ["every try, of which the best come", { max_tokens: 10, n: 2, best_of: 5 }, 50],
    ["fewer tries than choices", { max_tokens: 10, n: 3, best_of: 2 }, 30],
    ["every prompt", { max_tokens: 10, n: 2, prompt: ["a", "b", "c"] }, 60],
    ["one list of tokens", { max_tokens: 10, prompt: [1, 2, 3] }, 10],
    ["lists of tokens", { max_tokens: 10, prompt: [[1], [2, 3]] }, 20],
    ["the larger of two limits", { max_tokens: 10, max_completion_tokens: 70 }, 70],
    ["what a stream says again", { max_tokens: 10, n: 2, echo: true, stream: true }, 22],
    ["a limit of 0, which some upstreams take for none", { max_tokens: 0 }, null],
    ["no limit", {}, null],
  ])("covers %s", (_, body, tokens) => {
    expect(call(body).maxOutputTokens).toBe(tokens);
  });

  it("is that and the prompt, and needs the money", async () => {
    const { ask } = await customer();
    const body = { prompt: "x".repeat(300), suffix: "y".repeat(30), max_tokens: 1_000, n: 2 };
    expect(await rowOf(await ask(body, { "x-sim-completion-tokens": "1" }))).toMatchObject({
      hold: 110_000n + 4_000_000n,
    });
    const poor = await customer(4_109_999n);
    expect((await poor.ask(body)).status).toBe(402);
    expect(await gateway.funds(poor.accountId)).toMatchObject({ balance: 4_109_999n, held: 0n });
  });

  it.each([
    ["no prompt", { prompt: undefined }, "prompt"],
    ["an empty prompt", { prompt: "" }, "prompt"],
    ["an empty list", { prompt: [] }, "prompt"],
    ["an empty one among others", { prompt: ["a", ""] }, "prompt"],
    ["tokens that are none", { prompt: [1, -1] }, "prompt"],
    ["an object", { prompt: { text: "a" } }, "prompt"],
    ["what cannot be counted", { prompt_embeds: "AAAA" }, "prompt_embeds"],
    ["a negative limit", { max_tokens: -1 }, "max_tokens"],
    ["a limit beyond all", { max_tokens: 1e30 }, "max_tokens"],
    ["no choice", { n: 0 }, "n"],
    ["a text for a number", { best_of: "2" }, "best_of"],
    ["more tries than anyone has", { best_of: 129 }, "best_of"],
    ["a stream that may be one", { stream: "true" }, "stream"],
    ["an echo that may be one", { echo: 1 }, "echo"],
    ["a suffix that is no text", { suffix: ["a"] }, "suffix"],
    ["options that are none", { stream_options: [] }, "stream_options"],
    ["a tier that is not sold", { service_tier: "priority" }, "service_tier"],
    ["another model by the side", { fallbacks: ["m"] }, "fallbacks"],
    ["a field in other letters", { Best_of: 20 }, "best_of"],
  ])("with %s are refused, and nothing is held", async (_, body, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask(body);
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { error: { param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });
});

describe("an upstream that has no completions", () => {
  it("goes on to answer chats, and the next channel is asked", async () => {
    const { ask, secret } = await customer();
    const model = gateway.spareModel();
    const chat = { choices: [{ message: { content: "hi" }, finish_reason: "stop" }] };
    const { baseUrl } = await gateway.startUpstream((response, request) => {
      const isChat = request.url?.endsWith("/chat/completions");
      response.writeHead(isChat ? 200 : 404, { "content-type": "application/json" });
      response.end(isChat ? JSON.stringify(chat) : '{"detail":"Not Found"}');
    });
    const channel = await gateway.addChannel({ [model]: model }, { baseUrl, priority: 10 });
    expect((await ask({ model })).status).toBe(502);
    await gateway.addChannel({ [model]: model });
    const answer = await ask({ model });
    expect([answer.status, await rowOf(answer)]).toMatchObject([
      200,
      { attempts: [{ channelId: channel, errorClass: "path_missing" }, { status: 200 }] },
    ]);
    const messages = [{ role: "user", content: "hi" }];
    const chatted = await gateway.call({ model, messages }, secret);
    expect(await rowOf(chatted)).toMatchObject({ status: 200, channel_id: channel });
  });
});
