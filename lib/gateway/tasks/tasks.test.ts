import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool, queryRows } from "#lib/db/pool";
import { proveLedger } from "#lib/ledger/proof-store";
import { setSingleton } from "#lib/runtime/singletons";
import { masterKeyFrom } from "#lib/secrets/box";
import { startTestGateway, type TestGateway } from "../testing.ts";

const FUNDS = 10n ** 12n;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  setSingleton("master-key", masterKeyFrom(randomBytes(32)));
  await gateway.priceModel("txt2img_v3", { image: "1000000" });
  await gateway.priceModel("wan_txt_to_video", { call: "270000000" });
  await gateway.priceModel("kling_txt_to_video", { videoSecond: "10" });
  await gateway.priceModel("film", { videoSecond: "100000000" });
  const models = ["txt2img_v3", "wan_txt_to_video", "kling_txt_to_video", "film", "m"];
  await gateway.addChannel(Object.fromEntries(models.map((model) => [model, model])));
});
afterAll(async () => {
  const { differences } = await proveLedger(pool());
  expect(differences).toEqual([]);
  await gateway.stop();
});

type Json = Record<string, unknown>;
type Headers = Record<string, string>;
async function customer(balanceNanoUsd = FUNDS) {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (path: string, body: unknown, headers: Headers = {}) =>
    gateway.call(body, secret, { path, headers });
  const get = (path: string, method = "GET") => gateway.call(undefined, secret, { path, method, body: null });
  return {
    accountId,
    secret,
    ask,
    get,
    draw: (request: object = {}, headers: Headers = {}) =>
      ask("/v3/async/txt2img", { request: { prompt: "a fox", ...request } }, headers),
    result: async (taskId: unknown) => {
      const answer = await get(`/v3/async/task-result?task_id=${taskId}`);
      return {
        status: answer.status,
        body: (await answer.json()) as { task: Json; images: Json[]; videos: Json[] },
      };
    },
    funds: () => gateway.funds(accountId),
    rows: async () => (await gateway.rows()).filter((row) => row.account_id === accountId),
  };
}
const idOf = async (answer: Response) => ((await answer.json()) as { task_id: string }).task_id;
const settlementsOf = async ({ rows }: { rows(): Promise<Json[]> }) =>
  (await rows()).filter(({ parent_id }) => parent_id !== null);
function upstreamSays(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

describe("an asynchronous task", () => {
  it("holds what it may cost, costs nothing while it runs, and is billed once when it is done", async () => {
    const one = await customer();
    const made = await one.draw({ image_num: 3 });
    expect(made.status).toBe(200);
    const taskId = await idOf(made);
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 3_000_000n });
    expect(await one.rows()).toMatchObject([
      {
        request_id: made.headers.get("x-request-id"),
        status: 200,
        cost: 0n,
        hold: 3_000_000n,
        images: 0,
        repeats: 1,
      },
    ]);

    expect(await one.result(taskId)).toMatchObject({
      body: { task: { task_id: taskId, status: "TASK_STATUS_PROCESSING" } },
    });
    const asked = await Promise.all(Array.from({ length: 20 }, () => one.result(taskId)));
    for (const { status, body } of asked) {
      expect([status, body.task.status, body.images.length]).toEqual([200, "TASK_STATUS_SUCCEED", 3]);
    }
    expect(await settlementsOf(one)).toMatchObject([
      {
        parent_id: made.headers.get("x-request-id"),
        ...{ status: 200, cost: 3_000_000n, hold: 3_000_000n, images: 3, repeats: 0, model: "txt2img_v3" },
        ...{ endpoint: "/v3/async/txt2img", ip: "192.0.2.1", usage_source: "upstream" },
      },
    ]);
    expect(await one.funds()).toEqual({ balance: FUNDS - 3_000_000n, held: 0n });
    expect(await gateway.ledgerSum(one.accountId)).toBe(FUNDS - 3_000_000n);
  });

  it("of a video is billed by the call, or by the seconds that it asks for", async () => {
    for (const [path, request, cost] of [
      ["/v3/async/wan-t2v", {}, 270_000_000n],
      ["/v3/async/kling-t2v", { duration: "10" }, 100n],
    ] as const) {
      const one = await customer();
      const taskId = await idOf(await one.ask(path, request));
      expect(await one.funds()).toMatchObject({ held: cost });
      await one.result(taskId);
      expect((await one.result(taskId)).body.videos).toHaveLength(1);
      expect(await one.funds()).toEqual({ balance: FUNDS - cost, held: 0n });
      expect(await settlementsOf(one)).toMatchObject([{ cost, seconds: "duration" in request ? 10 : 0 }]);
    }
    const one = await customer();
    expect((await one.ask("/v3/async/kling-t2v", {})).status).toBe(503);
  });

  it("that fails costs nothing, gives its hold back, and hands out nothing ever after", async () => {
    const one = await customer();
    const taskId = await idOf(await one.draw({}, { "x-sim-fault": "task-failed" }));
    await one.result(taskId);
    for (let times = 0; times < 2; times += 1) {
      const { body } = await one.result(taskId);
      expect(body).toMatchObject({ task: { task_id: taskId, status: "TASK_STATUS_FAILED" }, images: [] });
    }
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 0n });
    expect(await settlementsOf(one)).toMatchObject([{ cost: 0n, status: 502, error_code: "upstream_error" }]);
  });

  it("that has not ended after a day costs nothing, whatever upstream says later", async () => {
    const one = await customer();
    const taskId = await idOf(await one.draw({}, { "x-sim-fault": "task-stuck" }));
    const past =
      "UPDATE hot.task SET created_at = created_at - interval '25 h', look_at = now() WHERE account_id = $1";
    await pool().query(past, [one.accountId]);
    // Nobody asks: the gateway looks by itself.
    await expect.poll(one.funds, { timeout: 10_000 }).toEqual({ balance: FUNDS, held: 0n });
    expect(await settlementsOf(one)).toMatchObject([{ cost: 0n, error_code: "upstream_timeout" }]);
    expect((await one.result(taskId)).body).toMatchObject({
      task: { status: "TASK_STATUS_FAILED" },
      images: [],
    });
  });

  it("is settled though its owner never asks", async () => {
    const one = await customer();
    await one.draw({ image_num: 2 });
    await pool().query("UPDATE hot.task SET look_at = now() WHERE account_id = $1", [one.accountId]);
    await expect
      .poll(
        async () => {
          await pool().query("UPDATE hot.task SET look_at = now() WHERE account_id = $1", [one.accountId]);
          return one.funds();
        },
        { timeout: 10_000 },
      )
      .toEqual({ balance: FUNDS - 2_000_000n, held: 0n });
  });

  it("is its account's alone, and nobody can make an id up", async () => {
    const [one, other] = [await customer(), await customer()];
    const taskId = await idOf(await one.draw());
    const [, id = ""] = /^task_([0-9a-f]{32})/.exec(taskId) ?? [];
    for (const [who, wrong] of [
      [other, taskId],
      [one, `task_${id}${"0".repeat(32)}`],
      [one, taskId.replace("task_", "video_")],
      [one, id],
      [one, ""],
    ] as const) {
      expect(await who.result(wrong)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    }
    expect((await one.get(`/v1/videos/${taskId}`)).status).toBe(404);
    expect((await one.result(taskId)).status).toBe(200);
  });

  it("is refused where money or a limit does not suffice; limits stay taken by what was made", async () => {
    const poor = await customer(2_500_000n);
    expect((await poor.draw({ image_num: 3 })).status).toBe(402);
    expect(await poor.funds()).toMatchObject({ held: 0n });
    const one = await customer();
    const limit = { scope: "account", scopeId: one.accountId } as const;
    await gateway.setLimit({ ...limit, model: "txt2img_v3", metric: "ipm", value: 4 });
    await gateway.setLimit({ ...limit, model: "wan_txt_to_video", metric: "vpm", value: 1 });
    const made = await one.draw({ image_num: 4 });
    expect(made.headers.get("x-ratelimit-remaining-images")).toBe("0");
    expect([made.status, (await one.draw()).status]).toEqual([200, 429]);
    const film = () => one.ask("/v3/async/wan-t2v", {});
    expect([(await film()).status, (await film()).status]).toEqual([200, 429]);
  });

  it("that upstream refuses costs nothing, and its limits and its key are free again", async () => {
    const one = await customer();
    const headers = { "idempotency-key": "again" };
    expect((await one.draw({}, { ...headers, "x-sim-fault": "400" })).status).toBe(400);
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 0n });
    expect((await one.draw({}, headers)).status).toBe(200);
  });

  it("spends a key's budget of the period in which it was made", async () => {
    const accountId = await gateway.addAccount();
    const secret = await gateway.addKey(accountId, { budgetNanoUsd: 3_000_000n });
    const draw = (count: number) =>
      gateway.call({ request: { image_num: count } }, secret, { path: "/v3/async/txt2img" });
    const taskId = await idOf(await draw(2));
    expect((await draw(2)).status).toBe(402);
    const budget = () =>
      queryRows(
        "SELECT spent, held FROM hot.key_budget k JOIN api_key a ON a.id = k.key_id WHERE a.account_id = $1",
        [accountId],
      );
    expect(await budget()).toEqual([{ spent: 0n, held: 2_000_000n }]);
    const path = `/v3/async/task-result?task_id=${taskId}`;
    for (let times = 0; times < 2; times += 1)
      await gateway.call(undefined, secret, { path, method: "GET", body: null });
    expect(await budget()).toEqual([{ spent: 2_000_000n, held: 0n }]);
  });
});

describe("an Idempotency-Key", () => {
  const headers = { "idempotency-key": "one" };
  it("gives the first task again, and makes one of many calls at once", async () => {
    const one = await customer();
    const ids = await Promise.all(Array.from({ length: 8 }, async () => idOf(await one.draw({}, headers))));
    expect(new Set(ids).size).toBe(1);
    expect(await one.funds()).toMatchObject({ held: 1_000_000n });
    expect(await idOf(await one.draw({}, { "idempotency-key": "two" }))).not.toBe(ids[0]);
    const other = await customer();
    expect(await idOf(await other.draw({}, headers))).not.toBe(ids[0]);
  });

  it("of another body is refused", async () => {
    const one = await customer();
    await one.draw({}, headers);
    const answer = await one.draw({ image_num: 2 }, headers);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "invalid_request" } }]);
  });

  it("that a crash has left behind is free again", async () => {
    const one = await customer();
    await one.draw({}, headers);
    await pool().query(
      "UPDATE hot.task_key SET task_id = NULL, request_id = gen_random_uuid(), claimed_at = now() - interval '1 min' WHERE account_id = $1",
      [one.accountId],
    );
    expect((await one.draw({}, headers)).status).toBe(200);
  });
});

describe("an upstream that lies", () => {
  const serving = async (...answers: object[]) => {
    const model = "img2img_v3";
    if (priority === 0) await gateway.priceModel(model, { image: "1000000" });
    const upstream = await gateway.startUpstream(
      ...answers.map((body) => (response: ServerResponse) => upstreamSays(response, body)),
    );
    priority += 1;
    await gateway.addChannel({ [model]: model }, { baseUrl: upstream.baseUrl, priority });
  };
  let priority = 0;
  const succeeded = (id: string, images: unknown) => ({
    task: { task_id: id, status: "TASK_STATUS_SUCCEED" },
    images,
  });

  it.each([
    ["more images than asked for", succeeded("up-1", [{ image_url: "a" }, { image_url: "b" }]), 1_000_000n],
    ["no image at all", succeeded("up-1", []), 0n],
    ["images that are none", succeeded("up-1", [{}, null, 7]), 0n],
  ])("%s", async (_, said, cost) => {
    await serving({ task_id: "up-1" }, said);
    const one = await customer();
    const taskId = await idOf(await one.ask("/v3/async/img2img", {}));
    const { body } = await one.result(taskId);
    const [settlement] = await settlementsOf(one);
    expect([body.task.task_id, settlement?.images]).toEqual([taskId, Number(cost / 1_000_000n)]);
    expect(JSON.stringify(body)).not.toContain("up-1");
    expect(await one.funds()).toEqual({ balance: FUNDS - cost, held: 0n });
  });

  it("about another task is not heard", async () => {
    await serving({ task_id: "up-1" }, succeeded("up-2", [{ image_url: "a" }]));
    const one = await customer();
    expect((await one.result(await idOf(await one.ask("/v3/async/img2img", {})))).status).toBe(502);
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 1_000_000n });
  });
});

describe("/v1/videos", () => {
  const asked = { model: "film", prompt: "a fox", seconds: "8", size: "1280x720" };

  it("makes, tells of, shows and deletes a video, billed by the second when it is done", async () => {
    const [one, other] = [await customer(), await customer()];
    const made = (await (await one.ask("/v1/videos", asked)).json()) as Json;
    expect(made).toMatchObject({ object: "video", model: "film", status: "queued", seconds: "8" });
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 800_000_000n });
    const path = `/v1/videos/${made.id}`;
    expect((await one.get(`${path}/content`)).status).toBe(400);
    expect(await (await one.get(path)).json()).toMatchObject({
      id: made.id,
      status: "completed",
      model: "film",
    });
    expect(await one.funds()).toEqual({ balance: FUNDS - 800_000_000n, held: 0n });
    const content = await one.get(`${path}/content`);
    expect([content.headers.get("content-type"), (await content.bytes()).byteLength]).toEqual([
      "video/mp4",
      24,
    ]);
    for (const method of ["GET", "DELETE"]) expect((await other.get(path, method)).status).toBe(404);
    expect((await other.get(`${path}/content`)).status).toBe(404);
    expect(await (await one.get(path, "DELETE")).json()).toMatchObject({ id: made.id, deleted: true });
    for (const gone of [path, `${path}/content`]) expect((await one.get(gone)).status).toBe(404);
    expect(await one.funds()).toEqual({ balance: FUNDS - 800_000_000n, held: 0n });
    expect(await settlementsOf(one)).toMatchObject([
      { seconds: 8, cost: 800_000_000n, endpoint: "/v1/videos" },
    ]);
  });

  it("cannot be deleted while it runs, so that nobody flees a bill", async () => {
    const one = await customer();
    const made = await one.ask("/v1/videos", asked, { "x-sim-fault": "task-stuck" });
    const { id } = (await made.json()) as Json;
    expect((await one.get(`/v1/videos/${id}`, "DELETE")).status).toBe(400);
  });

  it("asks upstream for the seconds that it bills, four where nothing is said", async () => {
    const one = await customer();
    const made = await one.ask("/v1/videos", { model: "film", prompt: "a fox" });
    expect(await made.json()).toMatchObject({ seconds: "4" });
    expect(await one.funds()).toMatchObject({ held: 400_000_000n });
  });

  it("takes the form that OpenAI's clients send, and no files in it", async () => {
    const one = await customer();
    const send = async (form: FormData) => {
      const { headers, body } = await new Response(form).blob().then(async (blob) => ({
        headers: { "content-type": blob.type },
        body: await blob.bytes(),
      }));
      return gateway.call(undefined, one.secret, { path: "/v1/videos", headers, body });
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(asked)) form.append(name, value);
    expect(await (await send(form)).json()).toMatchObject({
      object: "video",
      seconds: "8",
      size: "1280x720",
    });
    form.append("input_reference", new Blob(["x"]), "x.png");
    expect(await (await send(form)).json()).toMatchObject({ error: { param: "input_reference" } });
  });

  it.each([
    [{ seconds: "0" }, "seconds"],
    [{ seconds: 4.5 }, "seconds"],
    [{ seconds: "1e9" }, "seconds"],
    [{ Seconds: "4" }, null],
    [{ n: 4 }, "n"],
    [{ duration: 60 }, "duration"],
    [{ prompt: "" }, "prompt"],
    [{ model: 7 }, "model"],
    [{ models: ["a"] }, "models"],
  ])("refuses %j", async (more, param) => {
    const one = await customer();
    const answer = await one.ask("/v1/videos", { ...asked, ...more });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param } }]);
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 0n });
  });

  it("of a model that is sold by the token is refused: it would be free", async () => {
    const one = await customer();
    expect((await one.ask("/v1/videos", { ...asked, model: "m" })).status).toBe(503);
    await gateway.priceModel("searcher", { input: "1", output: "1", call: "1" });
    await gateway.addChannel({ searcher: "searcher" });
    expect((await one.ask("/v1/videos", { ...asked, model: "searcher" })).status).toBe(503);
  });
});

describe("a node that stops in between", () => {
  it("leaves tasks to whoever comes next; a call that was cut off before its task stood is free", async () => {
    const one = await customer();
    const taskId = await idOf(await one.draw({ image_num: 2 }));
    // What a kill -9 leaves: upstream has a task, and we have a hold of this node's.
    const cut = await one.draw({ image_num: 5 });
    const id = cut.headers.get("x-request-id");
    await pool().query(
      "UPDATE hot.hold SET node_id = (SELECT node_id FROM hot.request_log WHERE request_id = $1) WHERE request_id = $1",
      [id],
    );
    await pool().query("DELETE FROM hot.request_log WHERE request_id = $1", [id]);
    await pool().query("DELETE FROM hot.task WHERE id = $1", [id]);
    expect(await one.funds()).toMatchObject({ held: 7_000_000n });
    await gateway.restart();
    expect(await one.funds()).toEqual({ balance: FUNDS, held: 2_000_000n });
    await one.result(taskId);
    expect((await one.result(taskId)).body.images).toHaveLength(2);
    expect(await one.funds()).toEqual({ balance: FUNDS - 2_000_000n, held: 0n });
    expect(await one.rows()).toContainEqual(
      expect.objectContaining({ error_code: "server_interrupted", cost: 0n }),
    );
  });
});
