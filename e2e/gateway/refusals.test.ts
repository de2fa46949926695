import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "#bench/operator";
import { chat, HELLO } from "../support/chat.ts";
import { openai } from "../support/openai.ts";
import { checksummedSecret } from "../support/secrets.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let model: string;

beforeAll(async () => {
  world = await startWorld();
  model = await world.modelFor("ok");
});
afterAll(() => world?.stop());

type Refused = { status: number; code: string; type: abstract new (...args: never) => Error };

/** The call must be refused as said: the client's own error class, a code, an id, no bill. */
async function expectRefusal(secret: string, asked: string, refused: Refused): Promise<void> {
  const before = world.upstream.received.length;
  const error = await openai(world.gateway.url, secret)
    .chat.completions.create({ model: asked, messages: HELLO })
    .then(
      () => undefined,
      (caught: unknown) => caught,
    );
  expect(error).toBeInstanceOf(refused.type);
  expect(error).toMatchObject({ status: refused.status, code: refused.code });
  expect(error).toMatchObject({ requestID: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(world.upstream.received.length).toBe(before);
  const row = await world.operator.row((error as InstanceType<typeof OpenAI.APIError>).requestID ?? "");
  expect(row).toMatchObject({ status: refused.status, errorCode: refused.code, cost: "0" });
}

describe("keys", () => {
  const invalid = { status: 401, code: "invalid_api_key", type: OpenAI.AuthenticationError };

  it("refuses a key with a wrong checksum", () =>
    expectRefusal("sk-tg-abcdefghijklmnopqrstuvwxyz012345000000", model, invalid));
  it("refuses a well-formed key that nobody made", () =>
    expectRefusal(checksummedSecret("0".repeat(32)), model, invalid));
  it("refuses what is no key of ours", () => expectRefusal("sk-proj-someone-elses", model, invalid));

  it("refuses a call without a key", async () => {
    const response = await fetch(`${world.gateway.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { code: "invalid_api_key", message: expect.any(String) },
    });
  });

  it("refuses a disabled key the moment the answer is there, and takes it back when enabled", async () => {
    const { key } = await world.operator.customer();
    await world.operator.need("PATCH", `/api/keys/${key.id}`, { status: "disabled" });
    await expectRefusal(key.secret, model, { ...invalid, code: "key_disabled" });
    await world.operator.need("PATCH", `/api/keys/${key.id}`, { status: "active" });
    expect((await chat(world.gateway.url, key.secret, { model, messages: HELLO })).status).toBe(200);
  });

  it("refuses a deleted key", async () => {
    const { key } = await world.operator.customer();
    await world.operator.need("DELETE", `/api/keys/${key.id}`);
    await expectRefusal(key.secret, model, invalid);
  });

  it("refuses an expired key", async () => {
    const { key } = await world.operator.customer("10", {
      expiresAt: new Date(Date.now() + 1_500).toISOString(),
    });
    expect((await chat(world.gateway.url, key.secret, { model, messages: HELLO })).status).toBe(200);
    await eventually("the key's expiry", async () => {
      const response = await chat(world.gateway.url, key.secret, { model, messages: HELLO });
      return response.status === 401 ? response : undefined;
    });
    await expectRefusal(key.secret, model, { ...invalid, code: "key_expired" });
  });

  it("refuses a management token on gateway paths", async () => {
    const { secret: token } = await world.operator.need<{ secret: string }>("POST", "/api/tokens", {
      name: "program",
      role: "operator",
    });
    await expectRefusal(token, model, invalid);
  });
});

describe("money", () => {
  const unpaid = { status: 402, code: "insufficient_balance", type: OpenAI.APIError };

  it("refuses an account that never recharged", async () => {
    const { key } = await world.operator.customer("0");
    await expectRefusal(key.secret, model, unpaid);
  });

  it("refuses a call whose hold the balance does not cover", async () => {
    const { key, account } = await world.operator.customer("0.000001");
    await expectRefusal(key.secret, model, unpaid);
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.000001", held: "0" });
  });

  it("refuses a key whose budget is spent, though the account has money", async () => {
    const { key } = await world.operator.customer("10", { budget: { amount: "0.000000001", period: "day" } });
    await expectRefusal(key.secret, model, { ...unpaid, code: "budget_exceeded" });
  });
});

describe("permission", () => {
  const forbidden = { status: 403, type: OpenAI.PermissionDeniedError };

  it("refuses an address outside the key's networks", async () => {
    const { key } = await world.operator.customer("10", { allowedCidrs: ["10.11.0.0/16"] });
    await expectRefusal(key.secret, model, { ...forbidden, code: "ip_not_allowed" });
  });

  it("lets in an address of the key's networks", async () => {
    const { key } = await world.operator.customer("10", { allowedCidrs: ["127.0.0.0/8"] });
    expect((await chat(world.gateway.url, key.secret, { model, messages: HELLO })).status).toBe(200);
  });

  it("does not believe X-Forwarded-For or the peer header of a stranger", async () => {
    const { key } = await world.operator.customer("10", { allowedCidrs: ["10.11.0.0/16"] });
    const response = await chat(
      world.gateway.url,
      key.secret,
      { model, messages: HELLO },
      { "x-forwarded-for": "10.11.0.1", "x-real-ip": "10.11.0.1", "x-tollgate-peer": "x;10.11.0.1" },
    );
    expect(response.status).toBe(403);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row.ip).toBe("127.0.0.1");
  });

  it("refuses a model that the key may not use", async () => {
    const { key } = await world.operator.customer("10", { models: ["sim-chat"] });
    await expectRefusal(key.secret, model, { ...forbidden, code: "model_not_allowed" });
    const listed = (await openai(world.gateway.url, key.secret).models.list()).data.map((item) => item.id);
    expect(listed).toEqual(["sim-chat"]);
  });

  it("refuses a suspended account", async () => {
    const { key, account } = await world.operator.customer();
    await world.operator.need("PATCH", `/api/accounts/${account.id}`, { status: "suspended" });
    await expectRefusal(key.secret, model, { ...forbidden, code: "account_suspended" });
  });
});

describe("every refusal", () => {
  async function ask(secret: string): Promise<{ status: number; id: string }> {
    const answer = await chat(world.gateway.url, secret, { model, messages: HELLO });
    await answer.text();
    return { status: answer.status, id: answer.headers.get("x-request-id") ?? "" };
  }

  it("leaves a row of its kind, found by the key's prefix, and costs nothing", async () => {
    const { account } = await world.operator.customer("10");
    const poor = (await world.operator.customer("0")).key;
    const limited = await world.operator.createKey(account.id, { limits: [{ metric: "rpm", value: 1 }] });
    const fenced = await world.operator.createKey(account.id, { allowedCidrs: ["10.11.0.0/16"] });
    expect(await world.operator.row((await ask(limited.secret)).id)).toMatchObject({ status: 200 });
    const { balance } = await world.operator.account(account.id);
    const received = world.upstream.received.length;
    const kinds = [
      [limited.secret, 429, "rate_limit_exceeded"],
      [checksummedSecret("f".repeat(32)), 401, "invalid_api_key"],
      [fenced.secret, 403, "ip_not_allowed"],
      [poor.secret, 402, "insufficient_balance"],
    ] as const;
    for (const [secret, status, errorCode] of kinds) {
      const row = await world.operator.row((await ask(secret)).id);
      expect(row).toMatchObject({ status, errorCode, cost: "0", hold: "0", repeats: 1 });
      expect([errorCode, secret.startsWith(row.keyPrefix ?? "none")]).toEqual([errorCode, true]);
      const path = `/api/logs?keyPrefix=${row.keyPrefix}&errorCode=${errorCode}`;
      const found = await world.operator.all<{ requestId: string }>(path);
      expect(found.map(({ requestId }) => requestId)).toEqual([row.requestId]);
    }
    expect(world.upstream.received.length).toBe(received);
    expect(await world.operator.account(account.id)).toMatchObject({ balance, held: "0" });
    expect(await world.operator.account(poor.accountId)).toMatchObject({ balance: "0", held: "0" });
  });

  it("collapses in a flood: few rows, every call counted, nothing charged", async () => {
    const secret = checksummedSecret("e".repeat(32));
    const { keyPrefix } = await world.operator.row((await ask(secret)).id);
    const calls = 200;
    for (let sent = 1; sent < calls; sent += 1) expect((await ask(secret)).status).toBe(401);
    const rows = await eventually("all calls in the log", async () => {
      const found = await world.operator.all<{ repeats: number; cost: string }>(
        `/api/logs?keyPrefix=${keyPrefix}`,
      );
      return found.reduce((sum, row) => sum + row.repeats, 0) === calls ? found : undefined;
    });
    // 60 rows a minute and one for all others of that minute; a slow machine may need more than one for them.
    expect(rows.length).toBeLessThan(calls);
    expect(rows.some((row) => row.repeats > 1)).toBe(true);
    expect(new Set(rows.map((row) => row.cost))).toEqual(new Set(["0"]));
  });
});

describe("models", () => {
  const gone = { status: 503, type: OpenAI.InternalServerError };

  it("refuses a model that does not exist", async () => {
    const { key } = await world.operator.customer();
    const refused = { status: 404, code: "model_not_found", type: OpenAI.NotFoundError };
    await expectRefusal(key.secret, "no-such-model", refused);
  });

  it("refuses a model that a channel names and nobody priced, never for free", async () => {
    const { key } = await world.operator.customer();
    const channel = await world.operator.createChannel({
      baseUrl: world.upstream.url,
      credential: "sk-upstream",
      models: ["house-made-model"],
    });
    expect(channel.models).toEqual([
      { model: "house-made-model", upstreamModel: "house-made-model", priced: false },
    ]);
    await expectRefusal(key.secret, "house-made-model", { ...gone, code: "model_not_priced" });
  });

  it("refuses a priced model that no channel serves", async () => {
    const { key } = await world.operator.customer();
    await expectRefusal(key.secret, await world.unservedModel(), { ...gone, code: "no_channel_available" });
  });

  it("refuses a model whose only channel is disabled or for another group", async () => {
    const { key } = await world.operator.customer();
    const disabled = await world.unservedModel();
    const foreign = await world.unservedModel();
    const base = { baseUrl: world.upstream.url, credential: "sk-upstream" };
    await world.operator.createChannel({ ...base, models: [disabled], status: "disabled" });
    await world.operator.createChannel({ ...base, models: [foreign], groups: ["enterprise"] });
    await expectRefusal(key.secret, disabled, { ...gone, code: "no_channel_available" });
    await expectRefusal(key.secret, foreign, { ...gone, code: "no_channel_available" });
  });
});

describe("requests that make no sense", () => {
  const post = (body: string) =>
    world.operator.customer().then(({ key }) => chat(world.gateway.url, key.secret, body));

  it.each([
    ["no JSON", "{nope"],
    ["nothing", ""],
    ["no object", "[1]"],
    ["no model", '{"messages":[]}'],
    ["a model that is no text", '{"model":5,"messages":[]}'],
    ["messages that are no list", '{"model":"sim-chat","messages":"hello"}'],
    ["a depth bomb", `{"model":"sim-chat","messages":${"[".repeat(200_000)}`],
    ["a closed depth bomb", `{"model":"sim-chat","messages":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
  ])("refuses %s", async (_, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "invalid_request", message: expect.any(String) },
    });
  });

  it("refuses 33 MB and takes 20 MB", async () => {
    const { key } = await world.operator.customer("1000");
    const body = (megabytes: number) =>
      JSON.stringify({
        model,
        messages: [{ role: "user", content: "word ".repeat((megabytes * 1_000_000) / 5) }],
        max_tokens: 5,
      });
    const large = await chat(world.gateway.url, key.secret, body(34));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: { code: "request_too_large" } });
    const before = world.upstream.received.length;
    const taken = await chat(world.gateway.url, key.secret, body(20));
    expect([taken.status, world.upstream.received.length]).toEqual([200, before + 1]);
    expect(world.upstream.received.at(-1)?.text.length).toBeGreaterThan(19_000_000);
  });

  it("refuses a body that grows beyond 32 MB without announcing its length", async () => {
    const { key } = await world.operator.customer("1000");
    const piece = new Uint8Array(1024 * 1024).fill(0x20);
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 64) controller.close();
        else controller.enqueue(piece);
      },
    });
    const response = await fetch(`${world.gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
      body: stream,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it("answers an unknown gateway path with 404 in the protocol's envelope", async () => {
    const { key } = await world.operator.customer();
    const response = await fetch(`${world.gateway.url}/v1/unheard-of`, {
      headers: { authorization: `Bearer ${key.secret}` },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
  });
});
