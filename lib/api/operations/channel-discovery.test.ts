import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config, setConfig } from "#lib/runtime/config";
import { discoverModelsOperation as discover } from "./channel-discovery.ts";
import { createChannelOperation as create } from "./channels.ts";
import { startTestApi } from "./testing.ts";

type Serve = (request: IncomingMessage, response: ServerResponse) => void;
let api: Awaited<ReturnType<typeof startTestApi>>;
let provider: Server;
let baseUrl: string;
let serve: Serve;
let asked: { url: string | undefined; authorization: string | undefined }[];

beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  provider = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    serve(request, response);
  });
  await new Promise<void>((done) => provider.listen(0, "127.0.0.1", done));
  const address = provider.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`;
});
afterAll(async () => {
  provider.close();
  provider.closeAllConnections();
  await api.stop();
});
beforeEach(() => {
  asked = [];
  serve = listOf("gpt-4o", "models/gpt-4o-mini", "gpt-4.1-2025-04-14", "house-model");
});

function listOf(...ids: string[]): Serve {
  return (_, response) => response.end(JSON.stringify({ data: ids.map((id) => ({ id })) }));
}

const credential = "sk-upstream-canary-2";
const ask = (more: Record<string, unknown> = {}) =>
  api.call(discover, { body: { provider: "openai-compatible", baseUrl, credential, ...more } });

describe("a provider's list of models", () => {
  it("is fetched with the credential and shown beside the catalogue", async () => {
    const found = await ask();
    expect(found).toMatchObject({ status: 200, body: { leftOut: 0 } });
    expect(found.body.models).toEqual([
      {
        upstreamModel: "gpt-4.1-2025-04-14",
        model: "gpt-4.1",
        match: "date",
        confidence: "likely",
        priced: true,
      },
      { upstreamModel: "gpt-4o", model: "gpt-4o", match: "exact", confidence: "certain", priced: true },
      { upstreamModel: "house-model", model: null, match: null, confidence: null, priced: false },
      {
        upstreamModel: "models/gpt-4o-mini",
        model: "gpt-4o-mini",
        match: "prefix",
        confidence: "likely",
        priced: true,
      },
    ]);
    expect(asked).toEqual([{ url: "/v1/models", authorization: `Bearer ${credential}` }]);
  });

  it("of a channel is fetched with what is stored for it, and from nowhere else", async () => {
    const made = await api.call(create, {
      body: { name: "C", provider: "openai-compatible", baseUrl, credential, models: [] },
    });
    const found = await api.call(discover, { body: { channelId: made.body.id } });
    expect(found.body.models).toHaveLength(4);
    expect(asked).toEqual([{ url: "/v1/models", authorization: `Bearer ${credential}` }]);
    expect(JSON.stringify(found.body)).not.toContain("canary");
    const elsewhere = { channelId: made.body.id, baseUrl: "https://evil.example/v1" };
    expect((await api.call(discover, { body: elsewhere })).body.fields).toHaveProperty("channelId");
    expect(asked).toHaveLength(1);
  });

  it("of the simulator is what the catalogue has for it", async () => {
    const found = await api.call(discover, { body: { provider: "simulator" } });
    expect(found.body.models.map((one: { model: string }) => one.model)).toContain("sim-chat");
    expect(asked).toEqual([]);
  });

  it.each<[string, Serve, string, string]>([
    ["a refused credential", (_, response) => response.writeHead(401).end(credential), "credential", "401"],
    ["no list", (_, response) => response.writeHead(404).end(), "baseUrl", "by hand"],
    ["a page", (_, response) => response.end(`<html>${credential}</html>`), "baseUrl", "no list of models"],
    [
      "a redirect",
      (_, response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      "baseUrl",
      "302",
    ],
    ["far too much", (_, response) => response.end("x".repeat(5 << 20)), "baseUrl", "too large"],
    ["a cut", (request) => request.socket.destroy(), "baseUrl", "lost"],
  ])("with %s is explained by field, without the provider's words", async (_, how, field, words) => {
    serve = how;
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 422,
      body: { fields: { [field]: expect.stringContaining(words) } },
    });
    expect(JSON.stringify(refused.body)).not.toContain("canary");
  });

  it.each([
    ["http://169.254.169.254/latest", "not allowed"],
    ["http://[::ffff:169.254.169.254]/v1", "not allowed"],
    ["http://metadata.google.internal/v1", "not allowed"],
    ["http://127.0.0.1:1/v1", "nobody listens"],
    ["http://no-such-host.invalid/v1", "not known"],
    ["file:///etc/passwd", "expected"],
  ])("at %s is not fetched", async (elsewhere, words) => {
    const refused = await ask({ baseUrl: elsewhere });
    expect(refused).toMatchObject({
      status: 422,
      body: { fields: { baseUrl: expect.stringContaining(words) } },
    });
  });

  it("is not asked of Tollgate itself", async () => {
    const port = Number(new URL(baseUrl).port);
    const before = config();
    setConfig({ ...before, port });
    const refused = await ask();
    setConfig(before);
    expect(refused.body.fields).toEqual({ baseUrl: "this is Tollgate itself" });
    expect(asked).toEqual([]);
  });

  it("is for those who may change channels", async () => {
    const support = await api.as("support");
    expect((await support(discover, { body: { provider: "simulator" } })).status).toBe(403);
    expect(await api.call(discover, { body: {} })).toMatchObject({
      status: 422,
      body: { fields: { provider: expect.any(String) } },
    });
  });
});
