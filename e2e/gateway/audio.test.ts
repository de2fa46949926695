import type OpenAI from "openai";
import { RateLimitError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeUpstreams } from "#lib/providers/testing";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

/** Every byte there is, and not a whole number of anything. */
const SOUND = Buffer.from(Array.from({ length: 300_007 }, (_, at) => (at * 31 + (at >> 8)) % 256));
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
