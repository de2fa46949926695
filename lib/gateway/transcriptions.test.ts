import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentWav } from "#lib/providers/simulated-audio";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;
const FIVE_SECONDS = silentWav(5);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("ears", { audioSecond: "100000" });
  await gateway.priceModel("listener", { input: "2500", audioInput: "6000", output: "10000" });
  await gateway.priceModel("by-letter", { character: "1000" });
  const models = ["ears", "listener", "by-letter"];
  await gateway.addChannel(Object.fromEntries(models.map((model) => [model, model])));
});
afterAll(() => gateway.stop());

type Fields = Record<string, string | Blob>;
const formOf = (fields: Fields, file: Uint8Array = FIVE_SECONDS) => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: "ears", ...fields })) form.append(name, value);
  if (!("file" in fields)) form.append("file", new Blob([new Uint8Array(file)]), "a voice.wav");
  return form;
};
const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const send = (body: BodyInit, headers: Record<string, string> = {}, path = "/v1/audio/transcriptions") =>
    gateway.call(undefined, secret, { path, headers, body });
  const ask = (fields: Fields = {}, headers: Record<string, string> = {}, file = FIVE_SECONDS) =>
    send(formOf(fields, file), headers);
  return { accountId, secret, send, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));

/** An upstream that answers so and keeps what it was sent. */
async function keeperOf(model: string, upstreamModel: string, answer: object | string) {
  const kept: { type: string; body: Buffer }[] = [];
  const { baseUrl } = await gateway.startUpstream((response, request, body) => {
    kept.push({ type: request.headers["content-type"] ?? "", body });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await gateway.addChannel({ [model]: upstreamModel }, { baseUrl });
  return kept;
}

describe("a transcript", () => {
  it("costs the seconds that upstream says, and comes as it came", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({}, { "x-sim-seconds": "4" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await answer.json()).toMatchObject({
      text: expect.stringMatching(/^the quick/),
      usage: { type: "duration", seconds: 4 },
    });
    expect(await rowOf(answer)).toMatchObject({
      ...{ endpoint: "/v1/audio/transcriptions", seconds: 4, characters: 0n, usage_source: "upstream" },
      ...{ cost: 400_000n, hold: 500_000n },
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 400_000n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 400_000n);
  });

  it("costs at most the seconds that the file can have, and its own where upstream says none", async () => {
    const { ask } = await customer();
    const bill = async (...args: Parameters<typeof ask>) => {
      const row = await rowOf(await ask(...args));
      return [row?.seconds, row?.cost, row?.usage_source];
    };
    expect(await bill({}, { "x-sim-seconds": "9000000" })).toEqual([5, 500_000n, "upstream"]);
    expect(await bill({}, { "x-sim-fault": "no-usage" })).toEqual([5, 500_000n, "counted"]);
    // Of 160,000 bytes of MP3, at the usual 128 kbit/s.
    const mp3 = Buffer.concat([Buffer.from("ID3"), Buffer.alloc(159_997)]);
    expect(await bill({}, { "x-sim-fault": "no-usage" }, mp3)).toEqual([10, 1_000_000n, "counted"]);
    expect(await bill({ response_format: "verbose_json" }, { "x-sim-seconds": "3" })).toEqual([
      3,
      300_000n,
      "upstream",
    ]);
  });

  it("costs the tokens that upstream says, of sound and of text, where its model is sold so", async () => {
    await gateway.priceModel("told", { input: "2500", audioInput: "6000", output: "10000" });
    const details = { text_tokens: 4, audio_tokens: 50 };
    await keeperOf("told", "told", {
      text: "hi",
      usage: {
        type: "tokens",
        input_tokens: 54,
        input_token_details: details,
        output_tokens: 7,
        total_tokens: 61,
      },
    });
    const { ask } = await customer();
    const row = await rowOf(await ask({ model: "told" }));
    expect(row).toMatchObject({
      ...{ prompt_tokens: 54n, audio_input_tokens: 50n, completion_tokens: 7n, usage_source: "upstream" },
      cost: 50n * 6_000n + 4n * 2_500n + 7n * 10_000n,
    });
    expect(Number(row?.hold)).toBeGreaterThan(Number(row?.cost));
  });

  it.each([
    {},
    { type: "tokens", input_tokens: -5, output_tokens: 3 },
    { input_tokens: "9", output_tokens: 1e300 },
  ])("is counted where upstream's figures cannot be true: %j", async (usage) => {
    const model = `untold ${JSON.stringify(usage)}`;
    await gateway.priceModel(model, { input: "2500", audioInput: "6000", output: "10000" });
    await keeperOf(model, model, { text: "Hello world", usage });
    const { ask } = await customer();
    const row = await rowOf(await ask({ model, prompt: "Hello world" }));
    // Five seconds at ten tokens each, and the prompt's two.
    expect(row).toMatchObject({
      ...{ prompt_tokens: 52n, audio_input_tokens: 50n, completion_tokens: 2n, usage_source: "counted" },
      cost: 50n * 6_000n + 2n * 2_500n + 2n * 10_000n,
    });
  });

  it("as text or subtitles is asked for as JSON, which says what it took", async () => {
    const { ask } = await customer();
    const told = async (response_format: string) => {
      const answer = await ask({ response_format }, { "x-sim-seconds": "3" });
      expect(await rowOf(answer)).toMatchObject({ seconds: 3, usage_source: "upstream" });
      return [answer.headers.get("content-type"), await answer.text()];
    };
    const plain = "text/plain; charset=utf-8";
    const words = "the quick brown fox jumps over the lazy dog";
    expect(await told("text")).toEqual([plain, `${words}\n`]);
    expect(await told("srt")).toEqual([plain, `1\n00:00:00,000 --> 00:00:03,000\n${words}\n\n`]);
    expect(await told("vtt")).toEqual([plain, `WEBVTT\n\n00:00:00.000 --> 00:00:03.000\n${words}\n\n`]);
  });

  it("of silence is an empty text, which costs what silence costs", async () => {
    await gateway.priceModel("quiet", { audioSecond: "100000" });
    await keeperOf("quiet", "quiet", { text: "", usage: { type: "duration", seconds: 5 } });
    const { ask } = await customer();
    const answer = await ask({ model: "quiet" });
    expect([answer.status, (await rowOf(answer))?.cost]).toEqual([200, 500_000n]);
  });

  it("of a model that is sold by the character is refused", async () => {
    const { ask } = await customer();
    const answer = await ask({ model: "by-letter" });
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { error: { code: "model_not_priced" } },
    ]);
  });

  it("needs the money for all that the file can be, and counts as one audio", async () => {
    const { ask, accountId } = await customer(499_999n);
    expect((await ask()).status).toBe(402);
    expect((await ask({}, {}, silentWav(4))).status).toBe(200);
    await gateway.setLimit({ scope: "account", scopeId: accountId, model: "ears", metric: "apm", value: 1 });
    expect((await ask({}, { "x-sim-fault": "500" }, silentWav(1))).status).toBe(502);
    expect((await ask({}, {}, silentWav(1))).status).toBe(200);
    expect((await ask({}, {}, silentWav(1))).status).toBe(429);
  });

  it("is asked of the next channel where one lacks the path, or answers with something else", async () => {
    await gateway.priceModel("spread", { audioSecond: "100000" });
    const first = await gateway.startUpstream((response) =>
      response.writeHead(404).end("404 page not found"),
    );
    await gateway.addChannel({ spread: "a" }, { baseUrl: first.baseUrl, priority: 2 });
    const second = await gateway.startUpstream((response) => response.writeHead(200).end("just words"));
    await gateway.addChannel({ spread: "b" }, { baseUrl: second.baseUrl, priority: 1 });
    await gateway.addChannel({ spread: "spread" });
    const { ask } = await customer();
    const answer = await ask({ model: "spread" });
    expect(answer.status).toBe(200);
    expect(await rowOf(answer)).toMatchObject({
      attempts: [{ errorClass: "path_missing" }, { errorClass: "malformed" }, { errorClass: null }],
    });
  });
});

describe("a transcript as it is heard", () => {
  it("comes in events, and costs what the last one says", async () => {
    const { ask } = await customer();
    const answer = await ask({ stream: "true" }, { "x-sim-seconds": "4" });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text.match(/transcript\.text\.delta/g)).toHaveLength(9);
    expect(text).toMatch(/transcript\.text\.done.*"seconds":4.*\n\n$/);
    expect(await rowOf(answer)).toMatchObject({
      stream: true,
      seconds: 4,
      cost: 400_000n,
      usage_source: "upstream",
    });
  });

  it("costs the tokens of the last event where its model is sold so, and is counted where it says none", async () => {
    const { ask } = await customer();
    const bill = async (headers: Record<string, string>) => {
      const answer = await ask({ model: "listener", stream: "true" }, headers);
      await answer.text();
      const row = await rowOf(answer);
      return [row?.prompt_tokens, row?.completion_tokens, row?.usage_source, row?.status, row?.cost];
    };
    const said = { "x-sim-prompt-tokens": "51", "x-sim-completion-tokens": "12" };
    expect(await bill(said)).toEqual([51n, 12n, "upstream", 200, 51n * 6_000n + 120_000n]);
    expect(await bill({ "x-sim-fault": "no-usage" })).toEqual([50n, 9n, "counted", 200, 390_000n]);
    // What broke off is billed what came of it, and what went in.
    expect(await bill({ "x-sim-fault": "cut-late" })).toEqual([50n, 3n, "counted", 502, 330_000n]);
  });

  it("comes whole from an upstream that answers so all the same", async () => {
    await gateway.priceModel("whole", { audioSecond: "100000" });
    await keeperOf("whole", "whole", { text: "hi", usage: { type: "duration", seconds: 2 } });
    const { ask } = await customer();
    const answer = await ask({ model: "whole", stream: "true" });
    expect(await answer.json()).toMatchObject({ text: "hi" });
    expect(await rowOf(answer)).toMatchObject({ status: 200, seconds: 2, cost: 200_000n });
  });
});

describe("a form", () => {
  it("goes on byte for byte, but for the model's name", async () => {
    await gateway.priceModel("mine", { audioSecond: "100000" });
    const kept = await keeperOf("mine", "theirs-1", { text: "hi", usage: { type: "duration", seconds: 1 } });
    const { send } = await customer();
    const form = formOf({ model: "mine", "timestamp_granularities[]": "word", extra: "\u00fc \r\n--" });
    form.append("timestamp_granularities[]", "segment");
    const request = new Request("http://x.test", { method: "POST", body: form });
    const type = request.headers.get("content-type") ?? "";
    const sent = Buffer.from(await request.arrayBuffer());
    const answer = await send(sent, { "content-type": type });
    expect(answer.status).toBe(200);
    const [upstream] = kept;
    expect(upstream?.type).toBe(type);
    expect(upstream?.body.toString("latin1")).toBe(
      sent.toString("latin1").replace('name="model"\r\n\r\nmine', 'name="model"\r\n\r\ntheirs-1'),
    );
  });

  it("goes through whole up to 32 MB, and one that is larger not at all", async () => {
    await gateway.priceModel("large", { audioSecond: "1" });
    const kept = await keeperOf("large", "large", { text: "hi", usage: { type: "duration", seconds: 1 } });
    const { ask, send } = await customer();
    const file = Buffer.alloc(31 << 20, "abc");
    expect((await ask({ model: "large" }, {}, file)).status).toBe(200);
    expect(kept[0]?.body.indexOf(file.subarray(0, 1_000))).toBeGreaterThan(0);
    expect(kept[0]?.body.length).toBeGreaterThan(file.length);
    const refused = await send(Buffer.alloc(33 << 20), { "content-type": "multipart/form-data; boundary=x" });
    expect([refused.status, await refused.json()]).toMatchObject([
      413,
      { error: { code: "request_too_large" } },
    ]);
  });

  it.each([
    ["no model", { model: "" }, "invalid_request", "model"],
    ["a model in capitals", { Model: "ears" }, "invalid_request", "model"],
    ["a list of models", { "model[]": "ears" }, "invalid_request", "model"],
    ["a model that is a file", { model: new Blob(["ears"]) }, "invalid_request", "model"],
    ["a file that is a text", { file: "sound" }, "invalid_request", "file"],
    ["an empty file", { file: new Blob([]) }, "invalid_request", "file"],
    ["another file", { other: new Blob(["x"]) }, "invalid_request", null],
    ["an unknown form of answer", { response_format: "doc" }, "invalid_request", "response_format"],
    ["half a stream", { stream: "1" }, "invalid_request", "stream"],
    ["sound elsewhere", { url: "http://x/a.mp3" }, "unsupported_field", "url"],
    ["another place", { api_base: "http://x" }, "unsupported_field", "api_base"],
    ["a dearer tier", { service_tier: "priority" }, "unsupported_field", "service_tier"],
  ] as const)("is refused, and costs nothing: %s", async (_, fields, code, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask(fields);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code, param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it("with a field twice, or that is none, says what to do", async () => {
    const { send } = await customer();
    const twice = formOf({});
    twice.append("model", "cheaper");
    const files = formOf({});
    files.append("file", new Blob(["more"]), "b.wav");
    for (const [body, headers] of [
      [twice, {}],
      [files, {}],
      [JSON.stringify({ model: "ears" }), { "content-type": "application/json" }],
      ["--x", { "content-type": "multipart/form-data" }],
      ["--x\r\n", { "content-type": "multipart/form-data; boundary=x" }],
    ] as const) {
      const answer = await send(body, headers);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code]).toEqual([400, "invalid_request"]);
      expect(error.message).toMatch(/expected|twice|breaks off/);
    }
  });
});
