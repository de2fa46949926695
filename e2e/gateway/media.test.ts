import type OpenAI from "openai";
import { BadRequestError, RateLimitError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentWav } from "#lib/providers/simulated-audio";
import { fakeUpstreams } from "#lib/providers/testing";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

/** Every byte there is, and not a whole number of anything. */
const SOUND = Buffer.from(Array.from({ length: 300_007 }, (_, at) => (at * 31 + (at >> 8)) % 256));
const PICTURE = Buffer.from(Array.from({ length: 200_003 }, (_, at) => (at * 29 + (at >> 7)) % 256));
const CREDENTIAL = "sk-upstream-credential-0123456789";
const upstreams = fakeUpstreams();

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 300_000);
afterAll(async () => {
  upstreams.stop();
  await world?.stop();
});

const clientOf = async (keyFields: object = {}) => {
  const { key, account } = await world.operator.customer("1", { ...keyFields });
  return { account, client: openai(world.gateway.url, key.secret) };
};
const rowOf = (response: Response) => world.operator.row(response.headers.get("x-request-id") ?? "");

describe("speech through the official client", () => {
  it("comes byte for byte as upstream made it, and costs $15 per million characters to the nano-dollar", async () => {
    const asked: object[] = [];
    const { baseUrl } = await upstreams.start((response, request) => {
      asked.push([request.url, request.headers["content-type"], request.headers.authorization]);
      response.writeHead(200, { "content-type": "audio/flac", "openai-organization": "theirs" });
      for (let at = 0; at < SOUND.length; at += 7_919) response.write(SOUND.subarray(at, at + 7_919));
      response.end();
    });
    await world.operator.createChannel({ baseUrl, credential: CREDENTIAL, models: ["tts-1"] });
    const { client, account } = await clientOf();
    const input = "Who pays the toll? 誰が払う？";
    const response = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/flac"]);
    expect(response.headers.get("openai-organization")).toBeNull();
    expect(Buffer.from(await response.arrayBuffer()).equals(SOUND)).toBe(true);
    expect(asked).toEqual([["/v1/audio/speech", "application/json", `Bearer ${CREDENTIAL}`]]);
    const row = await rowOf(response);
    // 24 characters of $0.000015.
    expect(row).toMatchObject({ status: 200, model: "tts-1", characters: 24, seconds: 0, cost: "0.00036" });
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
    const after = await world.operator.account(account.id);
    expect(after).toMatchObject({ balance: "0.99964", held: "0" });
  });

  it("is asked of the next channel while nothing has come of it", async () => {
    const broken = await upstreams.start((response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>maintenance</html>");
    });
    const well = await upstreams.start((response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" }).end(SOUND);
    });
    const common = { credential: CREDENTIAL, models: ["tts-1-hd"] };
    const first = await world.operator.createChannel({ ...common, baseUrl: broken.baseUrl, priority: 10 });
    const second = await world.operator.createChannel({ ...common, baseUrl: well.baseUrl });
    const { client } = await clientOf();
    const response = await client.audio.speech.create({ model: "tts-1-hd", voice: "alloy", input: "Hello" });
    expect(Buffer.from(await response.arrayBuffer()).equals(SOUND)).toBe(true);
    const row = await rowOf(response);
    expect(row).toMatchObject({ cost: "0.00015", channelId: second.id });
    expect(row.attempts).toMatchObject([
      { channelId: first.id, errorClass: "html_answer" },
      { channelId: second.id, errorClass: null },
    ]);
  });

  it("takes one of the audios per minute, and what is refused costs nothing", async () => {
    const { client, account } = await clientOf({ limits: [{ metric: "apm", value: 1 }] });
    const ask = () => client.audio.speech.create({ model: "sim-speech", voice: "alloy", input: "Hello" });
    const first = await ask().withResponse();
    expect((await first.data.arrayBuffer()).byteLength).toBeGreaterThan(44);
    expect(await rowOf(first.response)).toMatchObject({ characters: 5, cost: "0.000075" });
    const refused = await ask().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimitError);
    const { code, headers } = refused as InstanceType<typeof OpenAI.RateLimitError>;
    expect([code, headers?.get("x-ratelimit-limit-audios")]).toEqual(["rate_limit_exceeded", "1"]);
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.999925", held: "0" });
    const row = await world.operator.row(headers?.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 429, cost: "0", characters: 0 });
  });

  it("that breaks off is no whole file for the client", async () => {
    const { baseUrl } = await upstreams.start((response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      response.write(SOUND, () => setTimeout(() => response.destroy(), 50));
    });
    await world.operator.createChannel({ baseUrl, credential: CREDENTIAL, models: ["gpt-4o-mini-tts"] });
    const { client } = await clientOf();
    // Sold by the token: sound that says nothing of its tokens is not taken.
    const failed = client.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "alloy", input: "Hello" });
    await expect(failed).rejects.toMatchObject({ status: 502, code: "upstream_error" });
    await world.operator.createChannel({ baseUrl, credential: CREDENTIAL, models: ["tts-1"], priority: 20 });
    const response = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input: "Hello" });
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

describe("transcripts through the official client", () => {
  /** An upstream that says how it was asked. */
  async function listener(model: string, answer: object) {
    const asked: { type: string; body: Buffer; path: string }[] = [];
    const { baseUrl } = await upstreams.start((response, request, body) => {
      asked.push({ type: request.headers["content-type"] ?? "", body, path: request.url ?? "" });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    await world.operator.createChannel({
      ...{ baseUrl, credential: CREDENTIAL, models: [{ model, upstreamModel: "theirs" }] },
    });
    return asked;
  }
  const file = () => new File([SOUND], 'what "he" säid.mp3', { type: "audio/mpeg" });

  it("send the file byte for byte and cost $0.006 a minute to the nano-dollar", async () => {
    const asked = await listener("whisper-1", { text: "Hello.", usage: { type: "duration", seconds: 61 } });
    const { client, account } = await clientOf();
    const ask = { model: "whisper-1", file: file(), prompt: "Grüße", language: "en" };
    const { data, response } = await client.audio.transcriptions.create(ask).withResponse();
    expect(data.text).toBe("Hello.");
    expect(asked[0]?.path).toBe("/v1/audio/transcriptions");
    const form = await new Response(new Uint8Array(asked[0]?.body ?? []), {
      headers: { "content-type": asked[0]?.type ?? "" },
    }).formData();
    expect([form.get("model"), form.get("prompt"), form.get("language")]).toEqual(["theirs", "Grüße", "en"]);
    const received = form.get("file") as File;
    expect(received.name).toBe(ask.file.name);
    expect(Buffer.from(await received.arrayBuffer()).equals(SOUND)).toBe(true);
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 200, seconds: 61, characters: 0, promptTokens: 0, cost: "0.0061" });
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.9939", held: "0" });
  });

  it("of models sold by the token cost what upstream says that they took", async () => {
    const details = { text_tokens: 10, audio_tokens: 610 };
    const usage = {
      type: "tokens",
      input_tokens: 620,
      input_token_details: details,
      output_tokens: 33,
      total_tokens: 653,
    };
    await listener("gpt-4o-transcribe", { text: "Hello.", usage });
    const { client } = await clientOf();
    const ask = { model: "gpt-4o-transcribe", file: file() };
    const { response } = await client.audio.transcriptions.create(ask).withResponse();
    const row = await rowOf(response);
    // $2.50 and $6 per million tokens of text and of sound that went in, $10 per million that came out.
    expect(row).toMatchObject({
      promptTokens: 620,
      audioInputTokens: 610,
      completionTokens: 33,
      cost: "0.004015",
    });
    expect(row.bill).toMatchObject({ equal: true });
  });

  it("are translated too, come as subtitles, and as they are heard", async () => {
    const { client } = await clientOf();
    const wav = () => new File([new Uint8Array(silentWav(3))], "a.wav");
    const { data, response } = await client.audio.translations
      .create({ model: "sim-transcript", file: wav(), response_format: "srt" })
      .withResponse();
    expect(String(data)).toContain("00:00:00,000 --> 00:00:02,000");
    expect(await rowOf(response)).toMatchObject({ seconds: 2, cost: "0.0002" });
    const ask = { model: "sim-transcript", file: wav(), stream: true } as const;
    const stream = await client.audio.transcriptions.create(ask).withResponse();
    let [text, done] = ["", ""];
    for await (const event of stream.data)
      if (event.type === "transcript.text.delta") text += event.delta;
      else if (event.type === "transcript.text.done") done = event.text;
    expect([text, done]).toEqual([done, "the quick brown fox jumps over the lazy dog"]);
    expect(await rowOf(stream.response)).toMatchObject({ stream: true, seconds: 2, cost: "0.0002" });
  });
});

const picture = (name = "a.png") => new File([PICTURE], name, { type: "image/png" });

describe("images of images through the official client", () => {
  it("are edited, the pictures arriving byte for byte, and cost what so many of the size cost", async () => {
    let asked: { type: string; body: Buffer } | undefined;
    const { baseUrl } = await upstreams.start((response, request, body) => {
      asked = { type: request.headers["content-type"] ?? "", body };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ created: 1, data: [{ b64_json: "aa" }, { b64_json: "bb" }] }));
    });
    const models = [{ model: "dall-e-2", upstreamModel: "theirs" }];
    await world.operator.createChannel({ baseUrl, credential: CREDENTIAL, models });
    const { client, account } = await clientOf();
    const ask = { model: "dall-e-2", image: [picture(), picture("b.png")], mask: picture("m.png"), n: 2 };
    const { data, response } = await client.images
      .edit({ ...ask, prompt: "a fox in the snow", size: "256x256" })
      .withResponse();
    expect(data.data?.map((one) => one.b64_json)).toEqual(["aa", "bb"]);
    const form = await new Response(new Uint8Array(asked?.body ?? []), {
      headers: { "content-type": asked?.type ?? "" },
    }).formData();
    expect([form.get("model"), form.get("prompt"), form.get("n")]).toEqual([
      "theirs",
      "a fox in the snow",
      "2",
    ]);
    for (const one of [...form.getAll("image[]"), form.get("mask")])
      expect(Buffer.from(await (one as File).arrayBuffer()).equals(PICTURE)).toBe(true);
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 200, images: 2, cost: "0.032", endpoint: "/v1/images/edits" });
    expect(row.bill).toMatchObject({ equal: true, image: "256x256" });
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.968", held: "0" });
  });

  it("are varied, and refused for nothing where the request cannot be served", async () => {
    const { client, account } = await clientOf();
    const ask = { model: "sim-image", image: picture() };
    const { data, response } = await client.images.createVariation({ ...ask, n: 3 }).withResponse();
    expect([data.data?.length, (await rowOf(response)).cost]).toEqual([3, "0.06"]);
    const failed = client.images.edit({ ...ask, prompt: "a fox", stream: true });
    await expect(failed).rejects.toThrow(BadRequestError);
    await expect(failed).rejects.toMatchObject({ code: "unsupported_field", param: "stream" });
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.94", held: "0" });
  });
});
