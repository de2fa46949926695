import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/pool";
import type { UpstreamAnswer } from "#lib/providers/testing";
import { seal } from "#lib/secrets/live";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
});
afterAll(() => gate.stop());

const customer = async (options: object = {}) => {
  const accountId = await gate.addAccount();
  const key = await gate.addKey(accountId, options);
  return {
    ...{ accountId, key },
    ask: (body: object) => gate.call({ model: "m", input: "hi", ...body }, key, { path: "/v1/responses" }),
    about: (method: string, rest: string) =>
      gate.call(undefined, key, { method, body: null, path: `/v1/responses/${rest}` }),
  };
};
type Customer = Awaited<ReturnType<typeof customer>>;
type Made = { id: string; previous_response_id: string | null };
const made = async (response: Response): Promise<Made> => {
  expect(response.status).toBe(200);
  return (await response.json()) as Made;
};
const rowOf = async (response: Response) =>
  (await gate.rows()).find((row) => row.request_id === response.headers.get("x-request-id"));
const rowSoon = async (response: Response) => {
  await expect.poll(() => rowOf(response)).toBeDefined();
  return rowOf(response);
};
const codeOf = async (response: Response) =>
  [response.status, ((await response.json()) as { error: { code: string } }).error.code] as const;

/** An upstream that keeps responses as OpenAI's does, on a channel of its own. */
async function keeper(answer: (id: string) => object = (id) => ({ id, previous_response_id: null })) {
  const model = gate.spareModel();
  let count = 0;
  const usage = { input_tokens: 1_000, output_tokens: 500 };
  const upstream: UpstreamAnswer = (response, request) => {
    const json = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const [, id, items] = /^\/v1\/responses\/([^/?]+)(\/input_items)?/.exec(request.url ?? "") ?? [];
    if (id === undefined) {
      count += 1;
      return json(200, { ...answer(`resp_up_${model}_${count}`), output: [{}], usage });
    }
    if (items !== undefined) return json(200, { object: "list", data: [{ id: "msg_1" }] });
    if (request.method === "DELETE") return json(200, { id, object: "response.deleted", deleted: true });
    return json(200, { ...answer(id), output: [{}] });
  };
  const started = await gate.startUpstream(upstream);
  const channelId = await gate.addChannel({ [model]: "theirs" }, started);
  return { ...started, model, channelId };
}

/** Lets a channel lead somewhere else, as if its upstream had changed its mind. */
const move = (channelId: string, baseUrl: string) => gate.changeChannel(channelId, { base_url: baseUrl });

const setBalance = (accountId: string, nanoUsd: bigint) =>
  pool().query("UPDATE hot.account_funds SET balance = $2 WHERE account_id = $1", [accountId, nanoUsd]);

describe("a response that an account has made", () => {
  it("is followed, got, listed and deleted under the id that its client has, and nothing of it costs", async () => {
    const { ask, about, accountId } = await customer();
    const { model, seen, channelId } = await keeper();
    const first = await made(await ask({ model }));
    await made(await ask({ model, previous_response_id: first.id }));
    expect(JSON.parse(seen.asked[1]?.body ?? "")).toMatchObject({
      previous_response_id: `resp_up_${model}_1`,
    });
    const { balance } = (await gate.funds(accountId)) ?? {};
    const got = await about("GET", `${first.id}?include[]=reasoning.encrypted_content&key=secret`);
    expect(await made(got)).toMatchObject({ id: first.id });
    const items = await about("GET", `${first.id}/input_items?limit=2`);
    expect(await items.json()).toEqual({ object: "list", data: [{ id: "msg_1" }] });
    const deleted = await about("DELETE", first.id);
    expect(await deleted.json()).toEqual({ id: first.id, object: "response.deleted", deleted: true });
    expect(seen.asked.slice(2).map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /v1/responses/resp_up_${model}_1?include%5B%5D=reasoning.encrypted_content`,
      `GET /v1/responses/resp_up_${model}_1/input_items?limit=2`,
      `DELETE /v1/responses/resp_up_${model}_1`,
    ]);
    for (const [response, endpoint] of [
      [got, "/v1/responses/{id}"],
      [items, "/v1/responses/{id}/input_items"],
      [deleted, "/v1/responses/{id}"],
    ] as const)
      expect(await rowSoon(response)).toMatchObject({
        ...{ endpoint, model, channel_id: channelId, account_id: accountId, status: 200, cost: 0n },
        attempts: [{ channelId, status: 200, errorClass: null }],
      });
    expect(await gate.funds(accountId)).toEqual({ balance, held: 0n });
  });

  it("has the same id in every event of a stream, wherever it stands, and is got by it", async () => {
    const { ask, about } = await customer();
    const first = await made(await ask({}));
    const text = await (await ask({ stream: true, previous_response_id: first.id })).text();
    const ids = [...text.matchAll(/"(resp_[\w-]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(2);
    const id = ids.find((one) => one !== first.id) ?? "";
    expect(await made(await about("GET", id))).toMatchObject({ id });
  });

  it("tells of what it followed in an id that leads there too", async () => {
    const { ask, about } = await customer();
    const { model, seen } = await keeper((id) => ({ id, previous_response_id: "resp_up_earlier" }));
    const { id, previous_response_id: previous } = await made(await ask({ model }));
    expect(previous).not.toBe("resp_up_earlier");
    const got = await made(await about("GET", id));
    await made(await about("GET", got.previous_response_id ?? ""));
    await made(await about("GET", previous ?? ""));
    expect(seen.asked.map(({ url }) => url.slice("/v1/responses/".length))).toEqual(
      expect.arrayContaining([`resp_up_${model}_1`, "resp_up_earlier", "resp_up_earlier"]),
    );
  });
});

describe("another account", () => {
  it.each([
    ["follow it", (other: Customer, id: string) => other.ask({ previous_response_id: id })],
    [
      "follow it in a stream",
      (other: Customer, id: string) => other.ask({ previous_response_id: id, stream: true }),
    ],
    ["get it", (other: Customer, id: string) => other.about("GET", id)],
    ["list it", (other: Customer, id: string) => other.about("GET", `${id}/input_items`)],
    ["delete it", (other: Customer, id: string) => other.about("DELETE", id)],
  ])("cannot %s: it does not exist, just as what was made up, or what upstream calls so", async (_, use) => {
    const { model, seen } = await keeper();
    const owner = await customer();
    const other = await customer();
    const own = await made(await owner.ask({ model }));
    const asked = seen.asked.length;
    const changed = `${own.id.slice(0, -2)}${own.id.endsWith("AA") ? "BB" : "AA"}`;
    const answers = [];
    for (const [who, id] of [
      [other, own.id],
      [owner, changed],
      [owner, `resp_up_${model}_1`],
      [owner, "resp_AAAA"],
      [owner, "..%2f..%2fmodels"],
    ] as const) {
      const answer = await use(who, id);
      const row = await rowSoon(answer);
      expect(row).toMatchObject({ status: 404, error_code: "not_found", cost: 0n });
      const { error } = (await answer.json()) as { error: { message: string; code: string } };
      answers.push([answer.status, error.code, error.message]);
    }
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(answers[0]?.slice(0, 2)).toEqual([404, "not_found"]);
    expect(seen.asked).toHaveLength(asked);
    expect(await gate.funds(other.accountId)).toEqual({ balance: FUNDS, held: 0n });
  });
});

describe("a call that goes on from a response", () => {
  it("goes to the channel that made it, whatever stands before that, and never to another", async () => {
    const { ask } = await customer();
    const { model, seen, channelId } = await keeper();
    const first = await made(await ask({ model }));
    const better = await gate.startUpstream((response) => response.writeHead(500).end());
    await gate.addChannel({ [model]: "x" }, { baseUrl: better.baseUrl, priority: 9 });
    const second = await made(await ask({ model, previous_response_id: first.id }));
    expect([seen.calls, better.seen.calls]).toEqual([2, 0]);
    await move(channelId, `${better.baseUrl}/no`);
    const failed = await ask({ model, previous_response_id: second.id });
    expect(await codeOf(failed)).toEqual([502, "upstream_error"]);
    expect((await rowOf(failed))?.attempts).toMatchObject([{ channelId }]);
  });

  it("goes with the credential that made it, and is lost with that", async () => {
    const { ask, about } = await customer();
    const { model, seen, channelId } = await keeper();
    const hold = async (...secrets: string[]) => {
      const [first, ...more] = secrets.map((secret) => seal(secret, "channel.credential"));
      await gate.changeChannel(channelId, { credential: first, more_credentials: more });
    };
    await hold("sk-a", "sk-b", "sk-c");
    const ids: string[] = [];
    for (let times = 0; times < 9; times += 1) ids.push((await made(await ask({ model }))).id);
    const makers = seen.asked.map(({ secret }) => secret);
    expect(new Set(makers).size).toBeGreaterThan(1);
    for (const previous_response_id of ids) await made(await ask({ model, previous_response_id }));
    for (const id of ids) await made(await about("GET", id));
    expect(seen.asked.map(({ secret }) => secret)).toEqual([...makers, ...makers, ...makers]);
    await hold("sk-d");
    const gone = await ask({ model, previous_response_id: ids[0] });
    expect(await codeOf(gone)).toEqual([404, "not_found"]);
    expect(await codeOf(await about("GET", ids[0] ?? ""))).toEqual([404, "not_found"]);
    expect(seen.calls).toBe(27);
  });

  it("is held and limited by what was said before, and billed it where upstream says no figures", async () => {
    const { ask, accountId } = await customer();
    const { model } = await keeper();
    const { id } = await made(await ask({ model }));
    const { balance = 0n } = (await gate.funds(accountId)) ?? {};
    // 1,500 tokens came before.
    await setBalance(accountId, 1_400_000n);
    expect((await ask({ model, max_output_tokens: 20 })).status).toBe(200);
    await setBalance(accountId, 1_400_000n);
    const refused = await ask({ model, max_output_tokens: 20, previous_response_id: id });
    expect(await codeOf(refused)).toEqual([402, "insufficient_balance"]);
    await setBalance(accountId, balance);
    await gate.setLimit({ scope: "account", scopeId: accountId, model, metric: "tpm", value: 1_400 });
    const limited = await ask({ model, max_output_tokens: 20, previous_response_id: id });
    expect(await codeOf(limited)).toEqual([429, "request_exceeds_limit"]);
  });

  it("is counted with what was said before", async () => {
    const { ask } = await customer();
    const { model, channelId } = await keeper();
    const { id } = await made(await ask({ model }));
    const { baseUrl } = await gate.startUpstream((response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ id: "r", output: [{ content: [{ text: "one" }] }] })),
    );
    await move(channelId, baseUrl);
    const row = await rowOf(await ask({ model, previous_response_id: id }));
    expect(row).toMatchObject({ usage_source: "counted", completion_tokens: 1n });
    expect(Number(row?.prompt_tokens)).toBeGreaterThan(1_500);
    expect(Number(row?.prompt_tokens)).toBeLessThan(1_520);
  });

  it("whose model is not served there, or whose channel is gone or out, is told so", async () => {
    const { ask, about } = await customer();
    const { model, channelId } = await keeper();
    const { id } = await made(await ask({ model }));
    const wrong = await ask({ model: "m", previous_response_id: id });
    expect(await wrong.json()).toMatchObject({
      error: { code: "invalid_request", param: "previous_response_id" },
    });
    await gate.changeChannel(channelId, { status: "disabled" });
    await gate.addChannel({ [model]: "m" });
    expect(await codeOf(await ask({ model, previous_response_id: id }))).toEqual([
      503,
      "no_channel_available",
    ]);
    expect(await codeOf(await about("GET", id))).toEqual([503, "no_channel_available"]);
    await pool().query("DELETE FROM channel WHERE id = $1", [channelId]);
    await gate.restart();
    const gone = await ask({ model, previous_response_id: id });
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({
      error: { code: "not_found", message: expect.stringContaining("gone"), param: "previous_response_id" },
    });
    expect(await codeOf(await about("DELETE", id))).toEqual([404, "not_found"]);
  });

  it.each([
    [404, { error: { message: "Response with id 'ID' not found." } }, 404, "not_found"],
    [
      400,
      { error: { message: "No response 'ID'.", code: "previous_response_not_found" } },
      400,
      "previous_response_not_found",
    ],
  ])(
    "that upstream does not keep says so (%i), in the client's own words",
    async (status, error, told, code) => {
      const { ask, accountId } = await customer();
      const { model, seen, channelId } = await keeper();
      const { id } = await made(await ask({ model }));
      const { baseUrl } = await gate.startUpstream((response) =>
        response
          .writeHead(status, { "content-type": "application/json" })
          .end(JSON.stringify(error).replace("ID", `resp_up_${model}_1`)),
      );
      await move(channelId, baseUrl);
      const before = await gate.funds(accountId);
      const answer = await ask({ model, previous_response_id: id });
      const text = await answer.text();
      expect([answer.status, JSON.parse(text).error.code]).toEqual([told, code]);
      expect(text).not.toContain("resp_up");
      expect(seen.calls).toBe(1);
      expect(await gate.funds(accountId)).toEqual(before);
    },
  );
});

describe("a call about a response", () => {
  it.each([
    ["POST", "ID/cancel", 400, "unsupported_field"],
    ["GET", "ID/cancel", 405, "method_not_allowed"],
    ["POST", "ID", 405, "method_not_allowed"],
    ["DELETE", "ID/input_items", 405, "method_not_allowed"],
    ["GET", "ID/other", 404, "not_found"],
    ["GET", "ID/input_items/more", 404, "not_found"],
    ["GET", "", 404, "not_found"],
    ["GET", "ID?stream=true", 400, "unsupported_field"],
    ["GET", `ID?include=${"x".repeat(3_000)}`, 400, "invalid_request"],
  ])("that is none of ours is refused: %s %s", async (method, rest, status, code) => {
    const { about } = await customer();
    expect(await codeOf(await about(method, rest.replace("ID", "resp_x")))).toEqual([status, code]);
  });

  it("counts as a request of the limits, and is for keys that may use its model", async () => {
    const { ask, about, accountId } = await customer();
    const { id } = await made(await ask({}));
    const narrow = await gate.addKey(accountId, { models: ["free"] });
    const refused = await gate.call(undefined, narrow, {
      method: "GET",
      body: null,
      path: `/v1/responses/${id}`,
    });
    expect(await codeOf(refused)).toEqual([403, "model_not_allowed"]);
    await gate.setLimit({ scope: "account", scopeId: accountId, model: null, metric: "rpm", value: 2 });
    expect([(await about("GET", id)).status, (await about("GET", id)).status]).toEqual([200, 200]);
    expect(await codeOf(await about("GET", id))).toEqual([429, "rate_limit_exceeded"]);
  });

  it.each([
    ["refuses our credential", 401, {}, 502, "upstream_error"],
    ["fails", 500, {}, 502, "upstream_error"],
    ["keeps it no more", 404, { error: { message: "resp_up" } }, 404, "not_found"],
    ["answers with something else", 200, [], 502, "upstream_error"],
  ])("whose upstream %s", async (_, status, body, told, code) => {
    const { ask, about } = await customer();
    const { model, channelId } = await keeper();
    const { id } = await made(await ask({ model }));
    const { baseUrl } = await gate.startUpstream((response) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
    );
    await move(channelId, baseUrl);
    const answer = await about("GET", id);
    expect(await codeOf(answer)).toEqual([told, code]);
    expect(await rowSoon(answer)).toMatchObject({
      status: told,
      error_code: code,
      cost: 0n,
      channel_id: channelId,
    });
  });
});
