import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskNames } from "./protocols/task-names.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("txt2img_v3", { image: "1000000" });
  await gateway.priceModel("remove_background", { call: "17000000" });
  await gateway.priceModel("cleanup", { input: "1000", output: "1000" });
  const models = ["txt2img_v3", "remove_background", "cleanup"];
  await gateway.addChannel(Object.fromEntries(models.map((model) => [model, model])));
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = 10n ** 12n) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (path: string, body: unknown, init: RequestInit = {}) =>
    gateway.call(body, secret, { path, ...init });
  return { accountId, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));
const drawn = (request: object) => ({
  request: { model_name: "sd_xl.safetensors", prompt: "a fox", ...request },
});

describe("a task that is answered with what it made", () => {
  it("is priced as the task, not as the checkpoint that it names, per image", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask("/v3/txt2img", drawn({ image_num: 3, width: 512, height: 512 }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ images: [{}, {}, {}] });
    expect(await rowOf(answer)).toMatchObject({
      endpoint: "/v3/txt2img",
      model: "txt2img_v3",
      images: 3,
      cost: 3_000_000n,
      hold: 3_000_000n,
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: 10n ** 12n - 3_000_000n, held: 0n });
  });

  it("is billed by the call where the model is sold so", async () => {
    const { ask } = await customer();
    const answer = await ask("/v3/remove-background", { image_file: "aGk=" });
    expect(await rowOf(answer)).toMatchObject({ status: 200, images: 1, cost: 17_000_000n });
  });

  it("is refused where the model has a price for tokens alone, or none", async () => {
    const { ask, accountId } = await customer();
    for (const path of ["/v3/cleanup", "/v3/merge-face"]) {
      const answer = await ask(path, {});
      expect([404, 503]).toContain(answer.status);
      await expect.poll(() => rowOf(answer)).toMatchObject({ cost: 0n });
    }
    expect(await gateway.funds(accountId)).toMatchObject({ held: 0n, balance: 10n ** 12n });
  });

  it("takes its images of the limit on them, and needs the money for all", async () => {
    const { ask, accountId } = await customer(5_000_000n);
    await gateway.setLimit({
      ...{ scope: "account", scopeId: accountId, model: "txt2img_v3", metric: "ipm", value: 4 },
    });
    expect((await ask("/v3/txt2img", drawn({ image_num: 4 }))).status).toBe(200);
    expect((await ask("/v3/txt2img", drawn({}))).status).toBe(429);
    const poor = await customer(1_500_000n);
    expect((await poor.ask("/v3/txt2img", drawn({ image_num: 2 }))).status).toBe(402);
  });

  it("is sent on under the client's own path, with one count of its images", async () => {
    const upstream = await gateway.startUpstream((response, request) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ images: [{ image_url: "https://i" }, { image_url: "https://j" }], at: request.url }),
      );
    });
    const model = "img2img_v3";
    await gateway.priceModel(model, { image: "1000000" });
    await gateway.addChannel({ [model]: model }, { baseUrl: upstream.baseUrl });
    const { ask } = await customer();
    const answer = await ask("/v3/img2img", undefined, {
      body: '{"request":{"image_num":8,"image_num":1}}',
    });
    expect(await answer.json()).toMatchObject({ at: "/v3/img2img" });
    // More than was asked for is for nothing.
    expect(await rowOf(answer)).toMatchObject({ images: 1, cost: 1_000_000n });
  });

  it("that an upstream does not know puts nothing out of use there", async () => {
    const upstream = await gateway.startUpstream((response) => {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("404 page not found");
    });
    const [spare, model] = [gateway.spareModel(), "upscale_v3"];
    await gateway.priceModel(model, { image: "1000000" });
    await gateway.addChannel({ [model]: model, [spare]: spare }, { baseUrl: upstream.baseUrl, priority: 9 });
    await gateway.addChannel({ [model]: model });
    const { ask } = await customer();
    for (let times = 0; times < 12; times += 1)
      expect((await ask("/v3/upscale", { image_file: "aGk=" })).status).toBe(200);
    expect(upstream.seen.calls).toBe(12);
    await ask("/v1/chat/completions", { model: spare, messages: [{ role: "user", content: "hi" }] });
    expect(upstream.seen.calls).toBe(13);
  });

  it.each([
    [{ request: { image_num: 0 } }, "image_num"],
    [{ request: { image_num: "3" } }, "image_num"],
    [{ request: { image_num: 1e308 } }, "image_num"],
    [{ request: { Image_Num: 8 } }, "image_num"],
    [{ request: {}, image_num: 8 }, "image_num"],
    [{ Request: { image_num: 8 } }, "request"],
    [{ request: [] }, "request"],
    [{ request: { batch_size: 8 } }, "batch_size"],
    [{ n: 8 }, "n"],
    [{ request: { models: ["a"] } }, "models"],
  ])("that asks for what is not sold is refused: %j", async (body, param) => {
    const { ask, accountId } = await customer();
    const answer = await ask("/v3/txt2img", body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param } }]);
    expect(await gateway.funds(accountId)).toMatchObject({ held: 0n });
  });

  it("has a path for every task that makes images; a video has none, nor what nobody knows", async () => {
    const { ask } = await customer();
    const codes = new Map<string, string>();
    for (const name of [...taskNames, "nothing", "constructor", "__proto__"]) {
      const { error } = (await (await ask(`/v3/${name}`, {})).json()) as { error?: { code: string } };
      codes.set(name, error?.code ?? "ok");
    }
    expect(codes.get("inpainting")).toBe("model_not_found");
    expect(codes.get("flux-1-schnell")).toBe("model_not_found");
    for (const name of ["wan-t2v", "txt2video", "nothing", "constructor", "__proto__"])
      expect([name, codes.get(name)]).toEqual([name, "not_found"]);
    expect((await ask("/v3/txt2img", undefined, { method: "GET", body: null })).status).toBe(405);
  });
});
