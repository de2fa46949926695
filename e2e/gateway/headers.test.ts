import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chat, HELLO } from "../support/chat.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let secret: string;
const CREDENTIAL = "sk-the-channel-credential-42";

beforeAll(async () => {
  world = await startWorld({ env: { TRUSTED_PROXIES: "127.0.0.8/30, 10.9.0.0/16, 2001:db8:9::/48" } });
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

describe("the caller's address", () => {
  const [STRANGER, PROXY] = ["127.0.0.1", "127.0.0.9"];

  /** The row of a call whose connection comes from an address of loopback. */
  async function rowFrom(peer: string, forwardedFor: string | undefined, key = secret) {
    const requestId = await new Promise<string>((done, fail) => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const forwarded = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
      const url = `${world.gateway.url}/v1/chat/completions`;
      const options = { method: "POST", localAddress: peer, headers: { ...headers, ...forwarded } };
      const call = request(url, options, (response) => {
        response.resume();
        response.once("end", () => done(String(response.headers["x-request-id"])));
      });
      call.once("error", fail);
      call.end(JSON.stringify({ model: "sim-chat", messages: HELLO }));
    });
    return world.operator.row(requestId);
  }
  const ipFrom = async (peer: string, forwardedFor?: string) => (await rowFrom(peer, forwardedFor)).ip;

  it("is the peer's own, whatever a stranger forwards", async () => {
    expect(await ipFrom(STRANGER)).toBe("127.0.0.1");
    expect(await ipFrom(STRANGER, "203.0.113.9")).toBe("127.0.0.1");
    expect(await ipFrom(STRANGER, "::ffff:203.0.113.9, 10.9.0.1")).toBe("127.0.0.1");
    expect(await ipFrom(PROXY)).toBe("127.0.0.9");
  });

  it("is the last that no trusted proxy wrote, read from the right", async () => {
    expect(await ipFrom(PROXY, "203.0.113.9")).toBe("203.0.113.9");
    expect(await ipFrom(PROXY, "192.0.2.1, 203.0.113.9, 10.9.0.1, 127.0.0.10")).toBe("203.0.113.9");
    // What a proxy in the middle passed on is believed no further than to its own caller.
    expect(await ipFrom(PROXY, "192.0.2.1, 10.9.0.1, 203.0.113.9")).toBe("203.0.113.9");
    expect(await ipFrom(PROXY, "203.0.113.9, unknown, 10.9.0.1")).toBe("10.9.0.1");
  });

  it("is IPv6 as well, in its canonical form, and IPv4 where that is mapped into it", async () => {
    expect(await ipFrom(PROXY, "2001:DB8:0:0::00AF")).toBe("2001:db8::af");
    expect(await ipFrom(PROXY, "2001:db8:5::1, 2001:db8:9::2")).toBe("2001:db8:5::1");
    expect(await ipFrom(PROXY, "::ffff:203.0.113.9, ::ffff:10.9.0.1")).toBe("203.0.113.9");
  });

  it("decides over a key's networks of either kind, and is found in the log by address and network", async () => {
    const { key } = await world.operator.customer("10", {
      allowedCidrs: ["2001:db8:5::/48", "203.0.113.0/24"],
    });
    const statusOf = async (peer: string, forwardedFor: string) =>
      (await rowFrom(peer, forwardedFor, key.secret)).status;
    expect(await statusOf(PROXY, "2001:db8:5::77")).toBe(200);
    expect(await statusOf(PROXY, "::ffff:203.0.113.77")).toBe(200);
    expect(await statusOf(PROXY, "2001:db8:6::77")).toBe(403);
    expect(await statusOf(STRANGER, "2001:db8:5::77")).toBe(403);
    const ips = async (filter: string) =>
      (await world.operator.all<{ ip: string }>(`/api/logs?keyId=${key.id}&${filter}`)).map(({ ip }) => ip);
    expect(await ips("ip=2001:0db8:5:0::77")).toEqual(["2001:db8:5::77"]);
    expect(await ips("ip=::ffff:203.0.113.77")).toEqual(["203.0.113.77"]);
    expect(await ips("cidr=::ffff:203.0.113.0/120")).toEqual(["203.0.113.77"]);
    expect(await ips("cidr=2001:db8::/44")).toEqual(["2001:db8:6::77", "2001:db8:5::77"]);
  });
});
