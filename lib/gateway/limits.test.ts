import { afterAll, beforeAll, expect, it } from "vitest";
import { queryRows } from "#lib/db/pool";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gateway: TestGateway;
let secret: string;
let accountId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  accountId = await gateway.addAccount();
  secret = await gateway.addKey(accountId);
});
afterAll(() => gateway.stop());

const messages = [{ role: "user", content: "Hello" }];
const ask = (model: string, more: object = {}, headers: Record<string, string> = {}) =>
  gateway.call({ model, messages, max_tokens: 20, ...more }, secret, { headers });
const lastRow = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
const onChannel = (scopeId: string, metric: "rpm" | "tpm" | "concurrency", value: number) =>
  gateway.setLimit({ scope: "channel", scopeId, model: null, metric, value });

it("tells how many calls ran at once at most under a limit on that, in a minute that is over", async () => {
  const model = gateway.spareModel();
  await gateway.addChannel({ [model]: model });
  const own = await gateway.addAccount();
  const key = await gateway.addKey(own);
  await gateway.setLimit({ scope: "account", scopeId: own, model, metric: "concurrency", value: 2 });
  const call = () =>
    gateway.call({ model, messages, max_tokens: 5 }, key, { headers: { "x-sim-first-token-ms": "50" } });
  const answers = await Promise.all([call(), call(), call()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  // Stopping writes what is known of the running minute.
  await gateway.restart();
  const peaks = await queryRows<{ account_id: string; own: number }>(
    "SELECT account_id, max(own) AS own FROM hot.concurrency_minute WHERE model = $1 GROUP BY 1 ORDER BY 1",
    [model],
  );
  expect(peaks).toEqual([
    { account_id: "", own: 2 },
    { account_id: own, own: 2 },
  ]);
});

it("passes a channel over that is at a limit of its own, and says so", async () => {
  const model = gateway.spareModel();
  const small = await gateway.addChannel({ [model]: model }, { priority: 2 });
  const large = await gateway.addChannel({ [model]: model });
  await onChannel(small, "rpm", 1);
  const [first, second] = [await ask(model), await ask(model)];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await lastRow(first)).toMatchObject({ channel_id: small });
  expect(await lastRow(second)).toMatchObject({
    channel_id: large,
    attempts: [{ channelId: large, passedOver: [{ channelId: small, why: "full" }] }],
  });
});

it("shares a channel's limit among all who use it", async () => {
  const model = gateway.spareModel();
  const channel = await gateway.addChannel({ [model]: model });
  await onChannel(channel, "rpm", 3);
  const others = await Promise.all([1, 2, 3].map(async () => gateway.addKey(await gateway.addAccount())));
  const answers = await Promise.all(
    [...others, ...others].map((key) => gateway.call({ model, messages, max_tokens: 5 }, key)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503, 503]);
});

it("says overloaded, and when to come again, if every channel is at its limit; nothing is billed or held", async () => {
  const model = gateway.spareModel();
  for (const _ of [1, 2]) await onChannel(await gateway.addChannel({ [model]: model }), "rpm", 1);
  await ask(model);
  await ask(model);
  const before = await gateway.funds(accountId);
  const refused = await ask(model);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { code: "overloaded" } });
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await gateway.funds(accountId)).toEqual(before);
});

it("frees a channel's place when a call ends, when it fails, and when its stream is left", async () => {
  const model = gateway.spareModel();
  const channel = await gateway.addChannel({ [model]: model });
  await onChannel(channel, "concurrency", 1);
  expect((await ask(model)).status).toBe(200);
  expect((await ask(model, {}, { "x-sim-fault": "500" })).status).toBe(502);
  const stream = await ask(model, { stream: true }, { "x-sim-chunk-ms": "50" });
  const reader = stream.body?.getReader();
  await reader?.read();
  expect((await ask(model)).status).toBe(503);
  await reader?.cancel();
  await expect.poll(async () => (await ask(model)).status).toBe(200);
});

it("corrects a channel's tokens to what the call took, and to none when it failed", async () => {
  const model = gateway.spareModel();
  const channel = await gateway.addChannel({ [model]: model });
  await onChannel(channel, "tpm", 1000);
  const used = { "x-sim-prompt-tokens": "10", "x-sim-completion-tokens": "5" };
  for (let n = 0; n < 3; n += 1) expect((await ask(model, { max_tokens: 800 }, used)).status).toBe(200);
  expect((await ask(model, { max_tokens: 900 }, { "x-sim-fault": "400" })).status).toBe(400);
  expect((await ask(model, { max_tokens: 900 }, used)).status).toBe(200);
});

it("refuses nothing by a limit in shadow, and counts what it would have refused", async () => {
  const model = gateway.spareModel();
  await gateway.addChannel({ [model]: model });
  await gateway.setLimit({ scope: "default", scopeId: null, model, metric: "rpm", value: 2, shadow: true });
  for (let n = 0; n < 5; n += 1) {
    const answer = await ask(model);
    expect([answer.status, answer.headers.get("x-ratelimit-limit-requests")]).toEqual([200, null]);
  }
  await gateway.setLimit({ scope: "default", scopeId: null, model, metric: "rpm", value: 2 });
  for (let n = 0; n < 3; n += 1) await ask(model);
  await expect
    .poll(
      () =>
        queryRows(
          "SELECT shadow, count::int FROM hot.limit_refusal WHERE model = $1 AND account_id = $2 ORDER BY shadow",
          [model, accountId],
        ),
      { timeout: 5_000 },
    )
    .toEqual([
      { shadow: false, count: 1 },
      { shadow: true, count: 3 },
    ]);
});
