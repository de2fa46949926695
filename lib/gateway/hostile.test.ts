import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryRows } from "#lib/db/pool";
import type { UpstreamAnswer } from "#lib/providers/testing";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
let key: string;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
  key = await gate.addKey(await gate.addAccount());
});
afterAll(() => gate.stop());

/** A model whose only upstream answers so. */
async function modelOf(answer: UpstreamAnswer, timeouts: object = {}): Promise<string> {
  const model = gate.spareModel();
  const { baseUrl } = await gate.startUpstream(answer);
  await gate.addChannel({ [model]: "x" }, { baseUrl, timeouts });
  return model;
}
const ask = (model: string, more: object = {}) => ({
  ...{ model, messages: [{ role: "user", content: "hi" }] },
  ...more,
});
const rowOf = async (response: Response) =>
  (await gate.rows()).find((row) => row.request_id === response.headers.get("x-request-id"));
const TEXT = "one two three four";
const answer = (usage: unknown) => (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/json" });
  const choices = [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }];
  response.end(JSON.stringify({ object: "chat.completion", choices, usage }));
};
const event = (part: object) => `data: ${JSON.stringify(part)}\n\n`;
const delta = (content: string, finish_reason: string | null = null) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason }] });
const events = (response: ServerResponse, ...all: string[]) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const one of all) response.write(one);
};

describe("an upstream's figures that cannot be true", () => {
  const counted = { usage_source: "counted", completion_tokens: 4n };
  it.each([
    ["nothing, of an answer that is there", { prompt_tokens: 0, completion_tokens: 0 }, counted],
    ["less than nothing", { prompt_tokens: 5, completion_tokens: -100 }, counted],
    ["a negative prompt", { prompt_tokens: -5, completion_tokens: 4 }, counted],
    ["more than any model can", { prompt_tokens: 5, completion_tokens: 9e15 }, counted],
    ["texts in place of numbers", { prompt_tokens: "5", completion_tokens: "4" }, counted],
    [
      "more from the cache than the prompt has",
      { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5_000 } },
      { usage_source: "upstream", cache_read_tokens: 10n, cost: 18_000n },
    ],
  ])("are not billed: %s", async (_, usage, expected) => {
    const response = await gate.call(ask(await modelOf(answer(usage))), key);
    expect(response.status).toBe(200);
    const row = await rowOf(response);
    expect(row).toMatchObject(expected);
    expect(row?.cost).toBeGreaterThan(0n);
    expect(row?.cost).toBeLessThan(100_000n);
  });

  it("do not undo true ones that came before them in a stream", async () => {
    const usage = (prompt_tokens: number, completion_tokens: number) =>
      event({ choices: [], usage: { prompt_tokens, completion_tokens } });
    const model = await modelOf((response) => {
      events(response, delta(TEXT, "stop"), usage(11, 7), usage(0, 0), "data: [DONE]\n\n");
      response.end();
    });
    const response = await gate.call(ask(model, { stream: true }), key);
    expect(await response.text()).toContain("[DONE]");
    expect(await rowOf(response)).toMatchObject({ cost: 25_000n, usage_source: "upstream" });
  });
});

describe("an upstream that misbehaves", () => {
  it("with an event that never ends is at fault itself", async () => {
    const model = await modelOf((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = () => {
        if (!response.destroyed) response.write("x".repeat(1 << 20), more);
      };
      more();
    });
    const response = await gate.call(ask(model, { stream: true }), key);
    expect(response.status).toBe(502);
    expect(await rowOf(response)).toMatchObject({ cost: 0n, attempts: [{ errorClass: "too_large" }] });
  });

  it("and draws more pictures than were asked for does so for nothing", async () => {
    await gate.priceModel("painted", { image: "1000000" });
    await gate.addChannel({ painted: "painted" });
    const response = await gate.call({ model: "painted", prompt: "a fox", n: 2 }, key, {
      ...{ path: "/v1/images/generations", headers: { "x-sim-images": "9" } },
    });
    expect(((await response.json()) as { data: unknown[] }).data).toHaveLength(9);
    expect(await rowOf(response)).toMatchObject({ images: 2, cost: 2_000_000n });
  });
});

describe("a client", () => {
  it("that never reads its stream has its call ended and billed when the time for it is over", async () => {
    const model = await modelOf((response) => events(response, delta(TEXT), delta(TEXT)), { totalMs: 300 });
    const account = await gate.addAccount();
    const own = await gate.addKey(account);
    const unread = await gate.call(ask(model, { stream: true }), own);
    await expect.poll(() => rowOf(unread)).toMatchObject({ status: 504, usage_source: "counted" });
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
    expect(await unread.text()).toContain("upstream_timeout");
  });

  it("that asks for models of its own making fills no sums with their names", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => gate.call(ask(`made-up-${index}`), key)),
    );
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([404]));
    await expect
      .poll(async () => (await gate.rows()).filter(({ model }) => String(model).startsWith("made-up")).length)
      .toBe(20);
    for (const table of ["rollup_minute_model", "rollup_minute_key"])
      expect(await queryRows(`SELECT 1 FROM hot.${table} WHERE model LIKE 'made-up%'`)).toEqual([]);
  });

  it("that puts its key where no key belongs leaves none of it in the log", async () => {
    const secret = key.slice("sk-tg-".length);
    const answers = [
      await gate.call(ask(key), key),
      await gate.call(ask("m"), key, { headers: { "user-agent": `agent ${key}` } }),
      await gate.call(ask("m"), key, { path: `/v1beta/models/m:generateContent&key=${key}` }),
      await gate.call(ask("m"), key, { path: `/v1/${key}` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 200, 404, 404]);
    const ids = answers.map((one) => one.headers.get("x-request-id"));
    const rows = () =>
      queryRows<{ text: string }>(
        "SELECT l::text AS text FROM hot.request_log l WHERE request_id = ANY($1)",
        [ids],
      );
    await expect.poll(async () => (await rows()).length).toBe(4);
    for (const { text } of await rows()) expect(text).not.toContain(secret.slice(0, 16));
  });

  it("that names a model of half a megabyte is told of it shortly", async () => {
    const long = "=cmd|' /C calc'!A0\r\n".repeat(25_000);
    const requests = [
      { path: "/v1/chat/completions", body: ask(long) },
      { path: "/v1/messages", body: { ...ask("m"), max_tokens: 5, [long]: 1 } },
      {
        path: "/v1beta/models/m:generateContent",
        body: { contents: [{ parts: [{ text: "hi" }] }], [long]: 1 },
      },
    ];
    for (const { path, body } of requests) {
      const refused = await gate.call(body, key, { path });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect((await refused.text()).length).toBeLessThan(2_000);
    }
  });

  it("that climbs in Google's path names a model that does not exist, nothing else", async () => {
    const body = { contents: [{ parts: [{ text: "hi" }] }] };
    for (const name of ["..%2f..%2fadmin", "x%0d%0aset-cookie:a", "%00m", "constructor"]) {
      const refused = await gate.call(body, key, { path: `/v1beta/models/${name}:generateContent` });
      expect([refused.status, refused.headers.get("set-cookie")]).toEqual([404, null]);
      expect(await refused.json()).toMatchObject({ error: { status: "NOT_FOUND" } });
    }
  });

  it("that has many long prompts counted for nothing waits for its turn, and nobody else does", async () => {
    const long = { model: "m", messages: [{ role: "user", content: "word ".repeat(200_000) }] };
    const path = "/v1/messages/count_tokens";
    const other = await gate.addKey(await gate.addAccount());
    const [own, others] = await Promise.all([
      Promise.all([1, 2, 3, 4].map(() => gate.call(long, key, { path }))),
      gate.call(long, other, { path }),
    ]);
    expect(own.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503]);
    expect([others.status, (await gate.call(long, key, { path })).status]).toEqual([200, 200]);
  });

  it("with two keys pays by the one that stands first: bearer, then Anthropic's header, then Google's", async () => {
    const [first, second] = [await gate.addAccount(), await gate.addAccount()];
    const [bearer, other] = [await gate.addKey(first), await gate.addKey(second)];
    const response = await gate.call(ask("m"), bearer, {
      headers: { "x-api-key": other, "x-goog-api-key": other },
    });
    expect(await rowOf(response)).toMatchObject({ account_id: first, status: 200 });
  });
});
