import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UpstreamAnswer } from "#lib/providers/testing";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
});
afterAll(() => gate.stop());

const path = "/v1/responses";
const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gate.addAccount({ balanceNanoUsd });
  const key = await gate.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}) =>
    gate.call({ model: "m", input: "hi", ...body }, key, { path, headers });
  return { accountId, key, ask };
};
const sim = (prompt: number, completion: number, more: Record<string, string> = {}) => ({
  "x-sim-prompt-tokens": String(prompt),
  "x-sim-completion-tokens": String(completion),
  ...more,
});
const rowOf = async (response: Response) =>
  (await gate.rows()).find((row) => row.request_id === response.headers.get("x-request-id"));
type Event = { type: string } & Record<string, unknown>;
const eventsOf = (text: string): Event[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));

/** A model of its own, whose channels (the first before the second) answer so. */
async function modelOf(...answers: UpstreamAnswer[]): Promise<string> {
  const model = gate.spareModel();
  for (const [at, answer] of answers.entries()) {
    const { baseUrl } = await gate.startUpstream(answer);
    await gate.addChannel({ [model]: "x" }, { baseUrl, priority: -at });
  }
  return model;
}
const json =
  (body: unknown, status = 200): UpstreamAnswer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const raw = (event: Event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const stream =
  (events: Event[], end: (response: ServerResponse) => void = (response) => void response.end()) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) response.write(raw(event));
    end(response);
  };
const page = (response: ServerResponse, status: number) =>
  response.writeHead(status, { "content-type": "text/html" }).end("<html>welcome</html>");
const TEXT = "one two three four";
const begun: Event = {
  type: "response.created",
  sequence_number: 0,
  response: { id: "resp_up", output: [] },
};
const delta = (text = TEXT): Event => ({
  ...{ type: "response.output_text.delta", sequence_number: 1 },
  delta: text,
});
const done = (usage?: object, type = "response.completed"): Event => ({
  ...{ type, sequence_number: 9 },
  response: { id: "resp_up", output: [], usage },
});
const usage = { input_tokens: 11, output_tokens: 7 };

describe("a response", () => {
  it("is answered as it came but for its id, and billed exactly", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ max_output_tokens: 50 }, sim(100, 20, { "x-sim-cached-tokens": "40" }));
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { id: string; output: { content: { text: string }[] }[] };
    expect(body).toMatchObject({ object: "response", status: "completed", previous_response_id: null });
    expect(body.id).toMatch(/^resp_(?!sim)[\w-]{100,}$/);
    expect(body.output[0]?.content[0]?.text.trim().split(" ")).toHaveLength(20);
    expect(await rowOf(answer)).toMatchObject({
      ...{ endpoint: path, protocol: "openai", usage_source: "upstream", cost: 140_000n },
      ...{ prompt_tokens: 100n, completion_tokens: 20n, cache_read_tokens: 40n },
    });
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS - 140_000n, held: 0n });
    expect(await gate.ledgerSum(accountId)).toBe(FUNDS - 140_000n);
  });

  it("is streamed event by event, settled before its last, and ends without [DONE]", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ stream: true }, sim(100, 20));
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text).not.toContain("[DONE]");
    expect(text).not.toContain("resp_sim");
    const events = eventsOf(text);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
    expect(events[0]?.type).toBe("response.created");
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { status: "completed" } });
    const ids = events.flatMap(({ response }) => (response as { id: string } | undefined)?.id ?? []);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
    expect(await rowOf(answer)).toMatchObject({ stream: true, cost: 140_000n, usage_source: "upstream" });
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS - 140_000n, held: 0n });
  });

  it("goes upstream with upstream's name of the model and every other byte as it came", async () => {
    const model = gate.spareModel();
    const { baseUrl, seen } = await gate.startUpstream(json({ id: "r", output: [{}], usage }));
    await gate.addChannel({ [model]: "their-name" }, { baseUrl });
    const { ask } = await customer();
    await ask({ model, temperature: 0.5, metadata: { a: "b" } });
    const [asked] = seen.asked;
    expect(asked).toMatchObject({ method: "POST", url: "/v1/responses" });
    const sent = { model: "their-name", input: "hi", temperature: 0.5, metadata: { a: "b" } };
    expect(asked?.body).toBe(JSON.stringify(sent));
  });

  it("is counted where upstream says no figures, whole or streamed", async () => {
    const { ask } = await customer();
    for (const more of [{}, { stream: true }]) {
      const answer = await ask(more, sim(1, 20, { "x-sim-fault": "no-usage" }));
      await answer.text();
      const row = await rowOf(answer);
      expect(row).toMatchObject({ status: 200, usage_source: "counted" });
      expect(Number(row?.completion_tokens)).toBeGreaterThanOrEqual(20);
      expect(Number(row?.prompt_tokens)).toBeGreaterThan(0);
    }
  });

  it("that ends incomplete has ended well", async () => {
    const model = await modelOf(stream([begun, delta(), done(usage, "response.incomplete")]));
    const { ask } = await customer();
    const answer = await ask({ model, stream: true });
    expect(eventsOf(await answer.text()).at(-1)?.type).toBe("response.incomplete");
    expect(await rowOf(answer)).toMatchObject({ status: 200, cost: 25_000n });
  });
});

describe("money", () => {
  it("is held for all the output that the request allows", async () => {
    const { ask, accountId } = await customer(1_000_000n);
    expect((await ask({ max_output_tokens: 1_000 })).status).toBe(402);
    expect((await ask({ max_output_tokens: 400 }, sim(5, 5))).status).toBe(200);
    expect(await gate.funds(accountId)).toMatchObject({ held: 0n });
  });

  it("that runs out ends a stream in band", async () => {
    const { ask, accountId } = await customer(2_100_000n);
    const answer = await ask({ stream: true }, sim(7, 20_000, { "x-sim-chunks": "200" }));
    const last = eventsOf(await answer.text()).at(-1);
    expect(last).toMatchObject({ type: "error", code: "insufficient_balance", param: null });
    expect(last).toMatchObject({ error: { code: "insufficient_balance" } });
    expect(last?.sequence_number).toBeGreaterThan(4);
    const row = await rowOf(answer);
    expect(row).toMatchObject({ status: 402, usage_source: "counted" });
    expect(await gate.funds(accountId)).toEqual({ balance: 2_100_000n - (row?.cost ?? 0n), held: 0n });
  });

  it("is held for more as a stream runs on", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ stream: true }, sim(7, 20_000, { "x-sim-chunks": "200" }));
    expect(eventsOf(await answer.text()).at(-1)?.type).toBe("response.completed");
    expect(await rowOf(answer)).toMatchObject({ status: 200, completion_tokens: 20_000n });
    expect(await gate.funds(accountId)).toMatchObject({ held: 0n });
  });

  it("is taken for what had come when the client leaves", async () => {
    const model = await modelOf(stream([begun, delta()], () => {}));
    const { ask, accountId } = await customer();
    const answer = await ask({ model, stream: true });
    const reader = answer.body?.getReader();
    let text = "";
    while (!text.includes("four")) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
    await expect
      .poll(() => rowOf(answer))
      .toMatchObject({
        ...{ status: 499, usage_source: "counted", completion_tokens: 4n },
      });
    const row = await rowOf(answer);
    expect(row?.cost).toBeGreaterThan(8_000n);
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS - (row?.cost ?? 0n), held: 0n });
  });
});

describe("an upstream that fails", () => {
  const fine = json({ id: "r", output: [{ type: "message", content: [{ text: TEXT }] }], usage });
  it.each([
    ["with a status", json({ error: { message: "x" } }, 500)],
    ["in a 200", json({ id: "r", status: "failed", error: { code: "server_error" }, output: [] })],
    ["with nothing in it", json({ id: "r", status: "completed", output: [], usage })],
    ["with an answer to something else", json({ choices: [{ message: { content: "x" } }] })],
    ["with an id that is none", json({ id: { a: 1 }, output: [{}], usage })],
  ])("is followed by the next channel: %s", async (_, broken) => {
    const { ask } = await customer();
    const answer = await ask({ model: await modelOf(broken, fine) });
    expect(answer.status).toBe(200);
    expect(await rowOf(answer)).toMatchObject({ cost: 25_000n, attempts: [{}, { errorClass: null }] });
  });

  it.each([
    ["failed", [{ type: "response.failed", response: { id: "r", error: { code: "server_error" } } }]],
    ["error", [{ type: "error", code: "server_error", message: "x" }]],
    ["one without an id", [{ type: "response.created", response: {} }]],
    ["nothing", []],
  ])("as a stream whose first event is %s is followed by the next channel", async (_, events) => {
    const { ask, accountId } = await customer();
    const model = await modelOf(stream(events as Event[]), stream([begun, delta(), done(usage)]));
    const answer = await ask({ model, stream: true });
    expect(eventsOf(await answer.text()).at(-1)?.type).toBe("response.completed");
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS - 25_000n, held: 0n });
  });

  it.each([
    [
      "breaks off",
      stream([begun, delta()], (response) => void response.write(" ", () => response.destroy())),
    ],
    ["ends without an end", stream([begun, delta()])],
    [
      "ends with chat's end alone",
      stream([begun, delta()], (response) => void response.end("data: [DONE]\n\n")),
    ],
    ["fails", stream([begun, delta(), { type: "response.failed", response: { id: "r", error: {} } }])],
    ["says an error", stream([begun, delta(), { type: "error", message: "secret of org-1" }])],
    [
      "says what nobody understands",
      stream([begun, delta()], (response) => void response.end("data: {no\n\n")),
    ],
  ])("in a stream that %s bills what had come, and the client is told", async (_, broken) => {
    const { ask } = await customer();
    const answer = await ask({ model: await modelOf(broken), stream: true });
    const text = await answer.text();
    expect(eventsOf(text).at(-1)).toMatchObject({
      type: "error",
      code: "upstream_error",
      sequence_number: 2,
    });
    expect(text).not.toContain("org-1");
    expect(await rowOf(answer)).toMatchObject({
      ...{ status: 502, error_code: "upstream_error", usage_source: "counted", completion_tokens: 4n },
    });
  });

  it("in a stream with its own figures is billed by them", async () => {
    const model = await modelOf(stream([begun, delta(), done(usage, "response.failed")]));
    const { ask } = await customer();
    const answer = await ask({ model, stream: true });
    await answer.text();
    expect(await rowOf(answer)).toMatchObject({ status: 502, usage_source: "upstream", cost: 25_000n });
  });

  it("having announced an answer and delivered none costs nothing", async () => {
    const { ask, accountId } = await customer();
    const model = await modelOf(stream([begun, done(usage, "response.failed")]));
    const answer = await ask({ model, stream: true });
    expect(eventsOf(await answer.text()).at(-1)).toMatchObject({ type: "error", code: "upstream_error" });
    expect(await rowOf(answer)).toMatchObject({ status: 502, cost: 0n, usage_source: "none" });
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS, held: 0n });
  });

  it.each([
    ["404", json({ detail: "Not Found" }, 404)],
    ["405", json({ detail: "Method Not Allowed" }, 405)],
    ["501", json({ error: { message: "not implemented" } }, 501)],
    ["its website", (response: ServerResponse) => page(response, 200)],
    ["its website's 404", (response: ServerResponse) => page(response, 404)],
    ["chat", json({ choices: [{ message: { content: "x" } }] })],
  ])(
    "because it has no such path (%s) is passed over, and goes on to serve its chats",
    async (_, lacking) => {
      const chat = json({ choices: [{ message: { content: "from the first" }, finish_reason: "stop" }] });
      const first: UpstreamAnswer = (response, request, body) =>
        (request.url === "/v1/responses" ? lacking : chat)(response, request, body);
      const model = await modelOf(first, fine);
      const { ask, key } = await customer();
      for (let times = 0; times < 12; times += 1) {
        const answer = await ask({ model });
        expect(answer.status).toBe(200);
        await answer.text();
      }
      const chatted = await gate.call({ model, messages: [{ role: "user", content: "hi" }] }, key);
      expect(await chatted.text()).toContain("from the first");
    },
  );

  it("as all that serve the model do because they lack the path is told of so", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ model: await modelOf(json({ detail: "Not Found" }, 404)) });
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("calls of this kind");
    expect(await gate.funds(accountId)).toEqual({ balance: FUNDS, held: 0n });
  });

  it("tells its client what is wrong with the request itself", async () => {
    const error = { message: "temperature is too high", type: "invalid_request_error", param: "temperature" };
    const { ask } = await customer();
    const answer = await ask({ model: await modelOf(json({ error }, 400)) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: error.message, param: "temperature" } });
  });
});

it("says in the protocol's envelope what it cannot be asked for", async () => {
  const { ask, accountId } = await customer();
  for (const body of [{ background: true }, { tools: [{ type: "web_search" }] }, { conversation: "c" }]) {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "unsupported_field" } });
  }
  expect(await gate.funds(accountId)).toEqual({ balance: FUNDS, held: 0n });
});
