import { afterAll, beforeAll, expect, it } from "vitest";
import { chat, HELLO } from "../support/chat.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
const CREDENTIAL = "sk-the-channel-credential-42";

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("100")).key.secret;
});
afterAll(() => world?.stop());

it("sends upstream the channel's credential and nothing of the caller's identity", async () => {
  const model = await world.modelFor("ok", { credential: CREDENTIAL });
  const before = world.upstream.received.length;
  const response = await chat(
    world.gateway.url,
    secret,
    { model, messages: HELLO },
    {
      cookie: "session=mine",
      "x-forwarded-for": "203.0.113.9",
      forwarded: "for=203.0.113.9",
      "x-api-key": "sk-ant-mine",
      "openai-organization": "org-mine",
      "openai-project": "proj-mine",
      referer: "https://example.com/private",
      "x-internal": "mine",
      "user-agent": "my-app/1.0",
      via: "1.1 mine",
    },
  );
  expect(response.status).toBe(200);
  const call = world.upstream.received[before];
  expect(call?.headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
  expect(Object.keys(call?.headers ?? {}).filter((name) => !ALLOWED_UPSTREAM.has(name))).toEqual([]);
  expect(JSON.stringify(call?.headers)).not.toMatch(/mine|203\.0\.113\.9|example\.com|sk-tg-/);
});

/** What HTTP needs, what the client library would send, and nothing else. */
const ALLOWED_UPSTREAM = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "host",
  "sec-fetch-mode",
  "transfer-encoding",
  "user-agent",
]);

it("lets nothing of upstream's housekeeping through to the caller", async () => {
  const model = await world.modelFor("leaky-headers");
  const response = await chat(world.gateway.url, secret, { model, messages: HELLO });
  expect(response.status).toBe(200);
  for (const name of [
    "set-cookie",
    "openai-organization",
    "x-ratelimit-remaining-requests",
    "server",
    "x-powered-by",
  ]) {
    expect([name, response.headers.get(name)]).toEqual([name, null]);
  }
});

it("stamps every answer with the request's id, refusals as well", async () => {
  const model = await world.modelFor("ok");
  const answers = await Promise.all([
    chat(world.gateway.url, secret, { model, messages: HELLO }),
    chat(world.gateway.url, "sk-tg-nonsense", { model, messages: HELLO }),
    chat(world.gateway.url, secret, "{nope"),
    fetch(`${world.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } }),
    fetch(`${world.gateway.url}/v1/nowhere`, { headers: { authorization: `Bearer ${secret}` } }),
  ]);
  const ids = answers.map((answer) => answer.headers.get("x-request-id"));
  expect(
    ids.filter(
      (id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id ?? ""),
    ),
  ).toEqual([]);
  expect(new Set(ids).size).toBe(answers.length);
});

it("does not take a request id, or anything else of ours, from the caller", async () => {
  const model = await world.modelFor("ok");
  const id = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
  const response = await chat(world.gateway.url, secret, { model, messages: HELLO }, { "x-request-id": id });
  expect(response.headers.get("x-request-id")).not.toBe(id);
});

it("accepts the key in each protocol's own header", async () => {
  const models = (headers: Record<string, string>) => fetch(`${world.gateway.url}/v1/models`, { headers });
  expect((await models({ authorization: `Bearer ${secret}` })).status).toBe(200);
  expect((await models({ authorization: `bearer ${secret}` })).status).toBe(200);
  expect((await models({ "x-api-key": secret })).status).toBe(200);
  expect((await models({})).status).toBe(401);
});

it("answers a browser page of another origin without opening the console to it", async () => {
  const response = await fetch(`${world.gateway.url}/api/me`, {
    headers: { origin: "https://evil.example" },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});
