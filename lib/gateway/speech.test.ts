import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;
const SOUND = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("voice", { character: "15000" });
  await gateway.priceModel("talker", { input: "600", output: "12000" });
  await gateway.priceModel("by-call", { call: "1000000" });
  await gateway.priceModel("by-second", { audioSecond: "1000" });
  const models = ["voice", "talker", "by-call", "by-second"];
  await gateway.addChannel(Object.fromEntries(models.map((model) => [model, model])));
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    gateway.call({ model: "voice", input: "Good morning", voice: "alloy", ...body }, secret, {
      ...{ path: "/v1/audio/speech", headers, ...init },
    });
  return { accountId, secret, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));

/** A model sold by the character, whose only upstream answers so. */
async function modelOf(model: string, ...answers: Parameters<TestGateway["startUpstream"]>) {
  await gateway.priceModel(model, { character: "15000" });
  const { baseUrl, seen } = await gateway.startUpstream(...answers);
  const channelId = await gateway.addChannel({ [model]: "theirs" }, { baseUrl });
  return { seen, channelId };
}

describe("speech", () => {
  it("comes as upstream sent it, and costs what its characters cost", async () => {
    await modelOf("exact", (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg", "x-secret": "theirs", "set-cookie": "a=b" });
      for (let at = 0; at < SOUND.length; at += 9_999) response.write(SOUND.subarray(at, at + 9_999));
      response.end();
    });
    const { ask, accountId } = await customer();
    const answer = await ask({ model: "exact", input: "Grüße, 世界 👋" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "audio/mpeg"]);
    expect([answer.headers.get("x-secret"), answer.headers.get("set-cookie")]).toEqual([null, null]);
    expect(Buffer.from(await answer.arrayBuffer()).equals(SOUND)).toBe(true);
    // Eleven code points: the wave is one, though it is two UTF-16 units.
    expect(await rowOf(answer)).toMatchObject({
      ...{ status: 200, endpoint: "/v1/audio/speech", characters: 11n, seconds: 0, stream: false },
      ...{ cost: 165_000n, hold: 165_000n, usage_source: "counted", prompt_tokens: 0n },
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 165_000n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 165_000n);
  });

  it("costs a fixed price where it is sold by the call", async () => {
    const { ask } = await customer();
    const answer = await ask({ model: "by-call" });
    await answer.arrayBuffer();
    expect(await rowOf(answer)).toMatchObject({ cost: 1_000_000n, hold: 1_000_000n, characters: 12n });
  });

  it("of a model sold by the second of sound is refused: its bytes do not say how long they are", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ model: "by-second" });
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { error: { code: "model_not_priced" } },
    ]);
    await expect.poll(() => rowOf(answer)).toMatchObject({ cost: 0n, channel_id: null });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
  });

  it("needs the money for all that is to be said", async () => {
    const { ask } = await customer(179_999n);
    expect((await ask({})).status).toBe(402);
    expect((await ask({ input: "Good mornin" })).status).toBe(200);
  });

  it("is refused where the request says what cannot be done, and costs nothing", async () => {
    const { ask } = await customer();
    for (const [body, code, param] of [
      [{ input: "" }, "invalid_request", "input"],
      [{ input: null }, "invalid_request", "input"],
      [{ input: ["a"] }, "invalid_request", "input"],
      [{ model: "" }, "invalid_request", "model"],
      [{ speed: 0 }, "invalid_request", "speed"],
      [{ speed: 1e308 }, "invalid_request", "speed"],
      [{ speed: "1" }, "invalid_request", "speed"],
      [{ instructions: {} }, "invalid_request", "instructions"],
      [{ stream_format: "wav" }, "invalid_request", "stream_format"],
      [{ Stream_Format: "sse" }, "invalid_request", "stream_format"],
      [{ stream: true }, "unsupported_field", "stream"],
      [{ api_base: "http://x" }, "unsupported_field", "api_base"],
    ] as const) {
      const answer = await ask(body);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code, param } }]);
      await expect.poll(() => rowOf(answer)).toMatchObject({ cost: 0n });
    }
  });
});

describe("speech of a model that is sold by the token", () => {
  it("is asked for as events, which say what it took, and comes as sound all the same", async () => {
    const { ask } = await customer();
    const headers = { "x-sim-prompt-tokens": "14", "x-sim-completion-tokens": "101" };
    const answer = await ask({ model: "talker", response_format: "wav" }, headers);
    expect(answer.headers.get("content-type")).toBe("audio/wav");
    const sound = Buffer.from(await answer.arrayBuffer());
    expect([sound.toString("latin1", 0, 4), sound.length]).toEqual(["RIFF", 44 + 6_400]);
    const row = await rowOf(answer);
    expect(row).toMatchObject({
      ...{ prompt_tokens: 14n, completion_tokens: 101n, audio_output_tokens: 101n, characters: 12n },
      ...{ usage_source: "upstream", cost: 14n * 600n + 101n * 12_000n, stream: false },
    });
    expect(Number(row?.hold)).toBeGreaterThan(Number(row?.cost));
  });

  it("comes as events to who asks for them", async () => {
    const { ask } = await customer();
    const answer = await ask({ model: "talker", stream_format: "sse" }, { "x-sim-completion-tokens": "50" });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text).toContain('"speech.audio.delta"');
    expect(text).toContain('"output_tokens":50');
    expect(await rowOf(answer)).toMatchObject({
      completion_tokens: 50n,
      stream: true,
      usage_source: "upstream",
    });
  });

  it.each([
    ["talker", {}],
    ["talker", { stream_format: "sse" }],
  ])("is estimated where upstream says nothing, never free (%s, %o)", async (model, body) => {
    const { ask } = await customer();
    const answer = await ask({ model, response_format: "wav", ...body }, { "x-sim-fault": "no-usage" });
    await answer.arrayBuffer();
    const row = await rowOf(answer);
    expect(row).toMatchObject({ usage_source: "counted", prompt_tokens: 2n });
    // 6,444 bytes of sound in WAV.
    expect(row?.completion_tokens).toBe(3n);
    expect(row?.cost).toBe(2n * 600n + 3n * 12_000n);
  });

  it("is not sent on from an upstream that answers with sound alone: nobody would know what it took", async () => {
    await gateway.priceModel("mute", { input: "600", output: "12000" });
    const { baseUrl } = await gateway.startUpstream((response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" }).end(SOUND);
    });
    await gateway.addChannel({ mute: "mute" }, { baseUrl });
    const { ask } = await customer();
    const answer = await ask({ model: "mute" });
    expect(answer.status).toBe(502);
    expect(await rowOf(answer)).toMatchObject({ cost: 0n, attempts: [{ errorClass: "malformed" }] });
  });
});

describe("speech whose upstream fails", () => {
  const page = (type: string, body: string) => (response: import("node:http").ServerResponse) => {
    response.writeHead(200, { "content-type": type }).end(body);
  };
  it.each([
    ["a page", page("text/html", "<html>"), "html_answer"],
    ["JSON", page("application/json", '{"audio":""}'), "malformed"],
    ["an error in a 200", page("application/json", '{"error":{"code":"server_overloaded"}}'), "overloaded"],
    ["text", page("text/plain", "no"), "malformed"],
    ["a picture", page("image/svg+xml", "<svg/>"), "malformed"],
    ["nothing", page("audio/mpeg", ""), "empty"],
    ["events that nobody asked for", page("text/event-stream", "data: {}\n\n"), "malformed"],
  ])("before the first byte goes on to the next channel: %s", async (name, bad, errorClass) => {
    const model = `voice of ${name}`;
    await modelOf(model, bad);
    const { baseUrl } = await gateway.startUpstream(page("audio/aac; codecs=x", "sound"));
    await gateway.addChannel({ [model]: model }, { baseUrl, priority: -1 });
    const { ask, accountId } = await customer();
    const answer = await ask({ model });
    expect([answer.status, await answer.text()]).toEqual([200, "sound"]);
    expect(await rowOf(answer)).toMatchObject({
      cost: 180_000n,
      attempts: [{ errorClass }, { errorClass: null }],
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 180_000n, held: 0n });
  });

  it("because it does not answer such calls keeps its model for others, and another channel is asked", async () => {
    for (const [index, [status, body]] of [
      [404, '{"detail":"Not Found"}'],
      [404, "404 page not found"],
      [405, ""],
      [501, '{"error":{"message":"no"}}'],
    ].entries()) {
      const model = gateway.spareModel();
      let asked = "";
      const { baseUrl } = await gateway.startUpstream((response, request) => {
        asked = request.url ?? "";
        if (asked.endsWith("/speech"))
          response.writeHead(Number(status), { "content-type": "text/plain" }).end(body);
        else {
          const choices = [
            { index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" },
          ];
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify({ choices, usage: { prompt_tokens: 1, completion_tokens: 1 } }));
        }
      });
      await gateway.addChannel({ [model]: model }, { baseUrl });
      const { ask, secret } = await customer();
      const answer = await ask({ model });
      expect([index, answer.status]).toEqual([index, 502]);
      expect(await rowOf(answer)).toMatchObject({ cost: 0n, attempts: [{ errorClass: "path_missing" }] });
      const chat = await gateway.call({ model, messages: [{ role: "user", content: "hi" }] }, secret);
      expect([chat.status, asked]).toEqual([200, "/v1/chat/completions"]);
    }
  });

  it("in the middle breaks off, which no client takes for the whole, and is billed as a stream is", async () => {
    const { ask, accountId } = await customer();
    await modelOf("breaking", (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      response.write(SOUND, () => setImmediate(() => response.destroy()));
    });
    const answer = await ask({ model: "breaking" });
    await expect(answer.arrayBuffer()).rejects.toThrow();
    await expect
      .poll(() => rowOf(answer))
      .toMatchObject({ status: 502, error_code: "upstream_error", cost: 180_000n });
    expect(await gateway.funds(accountId)).toMatchObject({ held: 0n });
  });

  it("in the middle of events says so in one", async () => {
    const { ask } = await customer();
    const answer = await ask({ model: "talker", stream_format: "sse" }, { "x-sim-fault": "cut-late" });
    expect(await answer.text()).toMatch(/"code":"upstream_error".*\n\n$/);
    expect(await rowOf(answer)).toMatchObject({ status: 502, usage_source: "counted" });
  });
});

describe("a client that leaves in the middle of speech", () => {
  it("ends upstream's work and pays for what was to be said", async () => {
    let hasEnded = false;
    await modelOf("endless", (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      response.write(SOUND);
      response.once("close", () => {
        hasEnded = true;
      });
    });
    const { ask, accountId } = await customer();
    const answer = await ask({ model: "endless" });
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => hasEnded).toBe(true);
    await expect.poll(() => rowOf(answer)).toMatchObject({ status: 499, cost: 180_000n });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 180_000n, held: 0n });
  });
});

describe("a limit on audios per minute", () => {
  it("counts each call once, refuses the next, and keeps no room for what never came", async () => {
    const { ask, accountId } = await customer();
    await gateway.setLimit({ scope: "account", scopeId: accountId, model: "voice", metric: "apm", value: 1 });
    expect((await ask({}, { "x-sim-fault": "500" })).status).toBe(502);
    const first = await ask({});
    expect([first.status, first.headers.get("x-ratelimit-remaining-audios")]).toEqual([200, "0"]);
    await first.arrayBuffer();
    const before = await gateway.funds(accountId);
    const refused = await ask({});
    expect([refused.status, refused.headers.get("x-ratelimit-limit-audios")]).toEqual([429, "1"]);
    expect(await refused.json()).toMatchObject({
      error: { code: "rate_limit_exceeded", details: { metric: "apm", limit: 1, used: 1, requested: 1 } },
    });
    expect(await gateway.funds(accountId)).toEqual(before);
  });
});

describe("memory", () => {
  it("does not grow with the sound: a slow client slows upstream down", async () => {
    const piece = Buffer.alloc(1 << 20, 7);
    const PIECES = 200;
    let sent = 0;
    await modelOf("torrent", (response) => {
      response.writeHead(200, { "content-type": "audio/wav" });
      const more = () => {
        while (sent < PIECES) {
          sent += 1;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    });
    const { ask } = await customer();
    const answer = await ask({ model: "torrent" });
    const reader = answer.body?.getReader();
    await reader?.read();
    // Nothing more is asked for: what is on the way stands in sockets.
    const before = sent;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(sent - before).toBeLessThan(20);
    let size = 0;
    for (let step = await reader?.read(); step?.value !== undefined; step = await reader?.read())
      size += step.value.byteLength;
    expect(size).toBeGreaterThan((PIECES - 1) << 20);
    expect(await rowOf(answer)).toMatchObject({ status: 200, cost: 180_000n });
  });
});
