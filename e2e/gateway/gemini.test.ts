import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from "@google/genai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANSWER } from "../support/upstream-behaviours.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
let client: GoogleGenAI;

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("100")).key.secret;
  client = google(secret);
}, 300_000);
afterAll(() => world?.stop());

const google = (apiKey: string, headers: Record<string, string> = {}) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: world.gateway.url, headers, timeout: 60_000 } });
const contents = "Say something about a fox.";
const SIM = { model: "sim-chat", contents };
const weather = { name: "weather", parametersJsonSchema: { type: "object" } };
/** What a call that must fail is told: its status, and its envelope. */
async function refusalOf(
  call: Promise<unknown>,
): Promise<{ status: number; error: Record<string, unknown> }> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`no error of the API: ${String(error)}`);
  return { status: error.status, error: JSON.parse(error.message).error };
}
const generate = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${world.gateway.url}/v1beta/models/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ contents: [{ parts: [{ text: contents }] }] }),
  });

describe("Google's official client", () => {
  it("gets an answer, and its bill is by what upstream says", async () => {
    const model = await world.modelFor("ok");
    const config = {
      systemInstruction: "Be brief.",
      maxOutputTokens: 100,
      stopSequences: ["END"],
      temperature: 0.5,
    };
    const answer = await client.models.generateContent({ model, contents, config });
    expect(answer.text).toBe(ANSWER);
    expect(answer.candidates?.[0]).toMatchObject({ finishReason: "STOP", content: { role: "model" } });
    expect(answer.usageMetadata).toMatchObject({
      ...{ promptTokenCount: 19, candidatesTokenCount: 6, thoughtsTokenCount: 4, totalTokenCount: 29 },
      cachedContentTokenCount: 8,
    });
    const row = await world.operator.row(answer.responseId ?? "");
    expect(row).toMatchObject({
      status: 200,
      protocol: "gemini",
      model,
      promptTokens: 19,
      completionTokens: 10,
    });
    expect(row.endpoint).toMatch(/^\/v1(beta)?\/models\/.+:generateContent$/);
    const [sent] = world.upstream.calls("ok").slice(-1);
    expect(sent?.body).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: contents },
      ],
      ...{ max_tokens: 100, stop: ["END"], temperature: 0.5 },
    });
    expect(sent?.headers["x-goog-api-key"]).toBeUndefined();
  });

  it("gets the same where it goes to the beta's paths", async () => {
    const httpOptions = { baseUrl: world.gateway.url, apiVersion: "v1beta" };
    const beta = new GoogleGenAI({ apiKey: secret, httpOptions });
    expect((await beta.models.generateContent(SIM)).text).not.toBe("");
  });

  it("gets a stream that says the same, also byte by byte", async () => {
    for (const behaviour of ["ok", "split-bytes"]) {
      const model = await world.modelFor(behaviour);
      let text = "";
      let last: unknown;
      for await (const chunk of await client.models.generateContentStream({ model, contents })) {
        text += chunk.text ?? "";
        last = chunk;
      }
      expect(text).toBe(ANSWER);
      expect(last).toMatchObject({
        candidates: [{ finishReason: "STOP" }],
        usageMetadata: { totalTokenCount: 29 },
      });
    }
  });

  it("calls functions, whole and streamed, and gives their results back", async () => {
    const model = await world.modelFor("tool-call");
    const called = [
      { id: "call_a", name: "weather", args: { city: "Tōkyō" } },
      { id: "call_b", name: "clock", args: { zone: 9 } },
    ];
    const mode = FunctionCallingConfigMode.ANY;
    const config = {
      tools: [{ functionDeclarations: [weather] }],
      toolConfig: { functionCallingConfig: { mode } },
    };
    const whole = await client.models.generateContent({ model, contents, config });
    expect(whole.functionCalls).toEqual(called);
    const streamed: unknown[] = [];
    for await (const chunk of await client.models.generateContentStream({ model, contents, config }))
      streamed.push(...(chunk.functionCalls ?? []));
    expect(streamed).toEqual(called);
    const response = { name: "weather", response: { celsius: 18 } };
    const turns = [
      { role: "user", parts: [{ text: contents }] },
      { role: "model", parts: whole.candidates?.[0]?.content?.parts ?? [] },
      { role: "user", parts: [{ functionResponse: response }] },
    ];
    await client.models.generateContent({ model, contents: turns, config });
    const [sent] = world.upstream.calls("tool-call").slice(-1);
    expect(sent?.body).toMatchObject({
      tool_choice: "required",
      messages: [
        {},
        { tool_calls: [{ id: "call_a" }, {}] },
        { tool_call_id: "call_a", content: '{"celsius":18}' },
      ],
    });
  });

  it("counts a prompt's tokens for nothing", async () => {
    const { totalTokens } = await client.models.countTokens(SIM);
    expect(totalTokens).toBeGreaterThan(5);
    expect(totalTokens).toBeLessThan(40);
  });

  it("raises its own errors, in Google's envelope", async () => {
    const poor = google((await world.operator.customer("0.000001")).key.secret);
    const narrow = google((await world.operator.customer("1", { models: ["sim-chat"] })).key.secret);
    const model = await world.modelFor("ok");
    const told = await Promise.all([
      refusalOf(google(`${secret}x`).models.generateContent(SIM)),
      refusalOf(poor.models.generateContent({ ...SIM, config: { maxOutputTokens: 100_000 } })),
      refusalOf(narrow.models.generateContent({ model, contents })),
      refusalOf(client.models.generateContent({ model: "no-such", contents })),
      refusalOf(client.models.generateContent({ ...SIM, config: { topK: 5 } })),
      refusalOf(client.models.generateContent({ ...SIM, config: { tools: [{ googleSearch: {} }] } })),
    ]);
    const names = told.map(({ status, error }) => {
      const [{ reason }] = error.details as [{ reason: string }];
      return [status, error.code, error.status, reason];
    });
    expect(names).toEqual([
      [401, 401, "UNAUTHENTICATED", "invalid_api_key"],
      [402, 402, "FAILED_PRECONDITION", "insufficient_balance"],
      [403, 403, "PERMISSION_DENIED", "model_not_allowed"],
      [404, 404, "NOT_FOUND", "model_not_found"],
      [400, 400, "INVALID_ARGUMENT", "unsupported_field"],
      [400, 400, "INVALID_ARGUMENT", "unsupported_field"],
    ]);
  });

  it("is told of a limit with how long to wait, and gets through after that", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "concurrency", value: 1 }] });
    const slow = { "x-sim-completion-tokens": "100000", "x-sim-chunks": "1000", "x-sim-chunk-ms": "20" };
    const leaving = new AbortController();
    // It runs until it is left, which is when the patient one has been refused.
    await google(key.secret, slow).models.generateContentStream({
      ...SIM,
      config: { abortSignal: leaving.signal },
    });
    const { status, error } = await refusalOf(google(key.secret).models.generateContent(SIM));
    expect([status, error.status]).toEqual([429, "RESOURCE_EXHAUSTED"]);
    expect(error.details).toMatchObject([
      { reason: "rate_limit_exceeded", metadata: { metric: "concurrency", limit: "1" } },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" },
      {},
    ]);
    const streamed = await refusalOf(google(key.secret).models.generateContentStream(SIM));
    expect([streamed.status, streamed.error.status]).toEqual([429, "RESOURCE_EXHAUSTED"]);
    const small = await world.operator.customer("10", { limits: [{ metric: "tpm", value: 50 }] });
    const large = { ...SIM, config: { maxOutputTokens: 100 } };
    const tooLarge = await refusalOf(google(small.key.secret).models.generateContent(large));
    expect(tooLarge.error.details).toMatchObject([
      { reason: "request_exceeds_limit" },
      { requestId: expect.any(String) },
    ]);
    const retryOptions = { attempts: 2, initialDelay: 1, jitter: 0 };
    const config = { httpOptions: { retryOptions } };
    const statuses: number[] = [];
    // This client has no place for a fetch of one's own.
    const { fetch: own } = globalThis;
    globalThis.fetch = async (...asked) => {
      const answer = await own(...asked);
      statuses.push(answer.status);
      leaving.abort();
      return answer;
    };
    try {
      expect((await google(key.secret).models.generateContent({ ...SIM, config })).text).not.toBe("");
    } finally {
      globalThis.fetch = own;
    }
    expect(statuses).toEqual([429, 200]);
  });

  it("pays for what came of a stream that it leaves", async () => {
    const model = await world.modelFor("drip");
    const leaving = new AbortController();
    const config = { abortSignal: leaving.signal };
    const stream = await client.models.generateContentStream({ model, contents, config });
    let id = "";
    for await (const chunk of stream) {
      id = chunk.responseId ?? "";
      if (chunk.text) break;
    }
    leaving.abort();
    const row = await world.operator.row(id);
    expect(row).toMatchObject({ status: 499, usageSource: "counted", stream: true });
    expect(row.cost).not.toBe("0");
  });
});

describe("Gemini's protocol without its client", () => {
  it("takes a key in the query, which nothing writes down", async () => {
    const answer = await generate(`sim-chat:generateContent?key=${secret}`);
    expect(answer.status).toBe(200);
    const row = await world.operator.row(answer.headers.get("x-request-id") ?? "");
    expect(row.endpoint).toBe("/v1beta/models/sim-chat:generateContent");
    expect(world.gateway.output()).not.toContain(secret);
  });

  it("answers a stream as one list unless events are asked for, and says in it that it broke off", async () => {
    const headers = { "x-goog-api-key": secret };
    const list = await generate("sim-chat:streamGenerateContent", headers);
    expect(list.headers.get("content-type")).toContain("application/json");
    expect(await list.json()).toContainEqual(expect.objectContaining({ usageMetadata: expect.anything() }));
    const cut = encodeURIComponent(await world.modelFor("cut-after-first"));
    const broken = await generate(`${cut}:streamGenerateContent`, headers);
    expect(((await broken.json()) as unknown[]).at(-1)).toMatchObject({ error: { status: "UNAVAILABLE" } });
    const events = await generate(`${cut}:streamGenerateContent?alt=sse`, headers);
    expect(await events.text()).toMatch(/data: \{"error":\{"code":502.*\n\n$/);
  });

  it("answers 404 in its envelope where it has nothing", async () => {
    for (const path of ["sim-chat:predict", "sim-chat", "sim-chat:constructor"]) {
      const answer = await generate(path, { "x-goog-api-key": secret });
      expect([answer.status, ((await answer.json()) as { error: object }).error]).toMatchObject([
        404,
        { status: "NOT_FOUND" },
      ]);
    }
  });
});
