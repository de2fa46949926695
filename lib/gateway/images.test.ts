import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testChannelNow } from "./live.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("pictures", { image: "1000000" });
  await gateway.priceModel("drawn", { input: "5000", output: "40000", imageInput: "10000" });
  await gateway.priceModel("sized", {
    image: "40",
    images: [
      { size: "1024x1024", quality: "standard", factor: "1" },
      { size: "1024x1024", quality: "hd", factor: "2" },
      { size: "1024x1792", quality: "hd", factor: "3" },
    ],
  });
  await gateway.addChannel({ pictures: "pictures", drawn: "drawn", sized: "sized" });
});
afterAll(() => gateway.stop());

const customer = async (balanceNanoUsd = 10n ** 12n) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const ask = (body: object, headers: Record<string, string> = {}) =>
    gateway.call({ model: "pictures", prompt: "a fox", ...body }, secret, {
      path: "/v1/images/generations",
      headers,
    });
  return { accountId, ask };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));

describe("images", () => {
  it("are answered as they came, and billed a fixed price each", async () => {
    const { ask, accountId } = await customer();
    const answer = await ask({ n: 3, size: "1024x1024" });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(3);
    expect(await rowOf(answer)).toMatchObject({
      endpoint: "/v1/images/generations",
      images: 3,
      cost: 3_000_000n,
      hold: 3_000_000n,
      prompt_tokens: 0n,
    });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: 10n ** 12n - 3_000_000n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(10n ** 12n - 3_000_000n);
  });

  it("are billed as many as came, and none if none came", async () => {
    const { ask } = await customer();
    expect(await rowOf(await ask({ n: 4 }, { "x-sim-images": "2" }))).toMatchObject({
      images: 2,
      cost: 2_000_000n,
    });
    const none = await ask({ n: 4 }, { "x-sim-images": "0" });
    expect([none.status, await rowOf(none)]).toMatchObject([502, { images: 0, cost: 0n }]);
  });

  it("need the money for all that are asked for", async () => {
    const { ask } = await customer(2_500_000n);
    expect((await ask({ n: 3 })).status).toBe(402);
    expect((await ask({ n: 2 })).status).toBe(200);
  });

  it("cost what their size and quality cost, the model's default where nothing is said", async () => {
    const { ask } = await customer();
    const bill = async (body: object) => {
      const row = await rowOf(await ask({ model: "sized", n: 2, ...body }));
      return [row?.cost, row?.hold, row?.image_kind];
    };
    expect(await bill({})).toEqual([80n, 80n, null]);
    expect(await bill({ size: "auto", quality: "auto" })).toEqual([80n, 80n, null]);
    expect(await bill({ quality: "hd" })).toEqual([160n, 160n, "hd"]);
    expect(await bill({ size: "1024*1792", quality: "HD" })).toEqual([240n, 240n, "1024x1792 hd"]);
  });

  it("of a size or quality without a price are refused, and cost nothing", async () => {
    const { ask } = await customer();
    for (const body of [{ size: "512x512" }, { size: "1024x1792", quality: "standard" }, { size: 7 }]) {
      const answer = await ask({ model: "sized", ...body });
      expect([answer.status, await answer.json()]).toMatchObject([
        503,
        { error: { code: "model_not_priced", param: "size" } },
      ]);
    }
    // What a caller makes up is not written down.
    const row = await rowOf(await ask({ size: "a secret", quality: "…" }));
    expect(row).toMatchObject({ status: 200, image_kind: "? ?" });
  });

  it("of a model that is sold by the token hold what they may take, and cost what upstream says", async () => {
    const { ask } = await customer();
    const answer = await ask({ model: "drawn", n: 2 });
    // The simulator tells of no tokens here: what has no figure is billed as it was agreed.
    const row = await rowOf(answer);
    expect(Number(row?.hold)).toBeGreaterThanOrEqual(2 * 6_000 * 40_000);
  });

  it("are refused where the request says what cannot be done, and cost nothing", async () => {
    const { ask } = await customer();
    for (const [body, code, param] of [
      [{ n: 0 }, "invalid_request", "n"],
      [{ n: 1.5 }, "invalid_request", "n"],
      [{ prompt: "" }, "invalid_request", "prompt"],
      [{ stream: true }, "unsupported_field", "stream"],
    ] as const) {
      const answer = await ask(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code, param } });
      await expect.poll(() => rowOf(answer)).toMatchObject({ cost: 0n });
    }
  });
});

describe("a limit on images per minute", () => {
  const limited = async (value: number) => {
    const made = await customer();
    await gateway.setLimit({
      scope: "account",
      scopeId: made.accountId,
      model: "pictures",
      metric: "ipm",
      value,
    });
    return made;
  };

  it("counts n images as n, refuses the next, and charges nothing for it", async () => {
    const { ask, accountId } = await limited(20);
    for (let n = 0; n < 3; n += 1) expect((await ask({ n: 5 })).status).toBe(200);
    for (let n = 0; n < 5; n += 1) expect((await ask({})).status).toBe(200);
    const before = await gateway.funds(accountId);
    const refused = await ask({});
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-remaining-images")).toBe("0");
    expect(await refused.json()).toMatchObject({
      error: {
        code: "rate_limit_exceeded",
        details: {
          scope: "account",
          metric: "ipm",
          limit: 20,
          used: 20,
          requested: 1,
          docs: "/docs/rate-limits",
        },
      },
    });
    expect(await gateway.funds(accountId)).toEqual(before);
  });

  it("says for good that a call asks for more than the limit itself", async () => {
    const { ask } = await limited(4);
    const refused = await ask({ n: 5 });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
    expect(await refused.json()).toMatchObject({ error: { code: "request_exceeds_limit" } });
    const fits = await ask({ n: 4 });
    expect([fits.status, fits.headers.get("x-ratelimit-limit-images")]).toEqual([200, "4"]);
  });

  it("keeps no room for images that never came", async () => {
    const { ask } = await limited(4);
    expect((await ask({ n: 4 }, { "x-sim-fault": "500" })).status).toBe(502);
    expect((await ask({ n: 4 })).status).toBe(200);
  });
});

describe("a channel of images that is out", () => {
  /** An upstream that refuses the first picture and then draws; `asked` has the paths that it was asked for. */
  async function upstream(refusal: number, model: string) {
    const asked: string[] = [];
    const { baseUrl } = await gateway.startUpstream((response, request) => {
      asked.push(`${request.method} ${request.url}`);
      const isFirst = asked.filter((one) => one.startsWith("POST")).length === 1 && request.method === "POST";
      response.writeHead(isFirst ? refusal : 200, { "content-type": "application/json" });
      const data = request.method === "GET" ? [{ id: model }] : [{ b64_json: "aa" }];
      response.end(JSON.stringify(isFirst ? { error: { message: "gone" } } : { data }));
    });
    await gateway.priceModel(model, { image: "1000000" });
    const channelId = await gateway.addChannel({ [model]: model }, { baseUrl });
    return { asked, channelId };
  }
  const probeOf = async (model: string) =>
    (await gateway.rows()).find((row) => row.model === model && row.user_agent === "tollgate/probe");

  it.each([
    [401, "a credential that was refused"],
    [404, "a model that was missing"],
  ])(
    "is asked for its list of models, which costs nothing, and then a customer's call is the probe (%i, %s)",
    async (status) => {
      const model = `easel-${status}`;
      const { asked } = await upstream(status, model);
      const { ask } = await customer();
      expect((await ask({ model })).status).toBe(502);
      await expect
        .poll(() => probeOf(model), { timeout: 10_000 })
        .toMatchObject({
          endpoint: "/v1/models",
          status: 200,
          cost: 0n,
          upstream_cost: 0n,
          attempts: [{ reason: "probe", status: 200 }],
        });
      expect(asked).toEqual(["POST /v1/images/generations", "GET /v1/models"]);
      const answer = await ask({ model });
      expect([answer.status, (await rowOf(answer))?.images]).toEqual([200, 1]);
    },
  );

  it("is tested without a picture being drawn", async () => {
    const { asked, channelId } = await upstream(500, "easel");
    expect(await testChannelNow(channelId, {})).toMatchObject({ ok: true, status: 200, by: "list" });
    expect(asked).toEqual(["GET /v1/models"]);
  });
});

describe("a model of chats that is asked for images", () => {
  it("goes on to answer chats, whatever its upstream says to that", async () => {
    const accountId = await gateway.addAccount();
    const secret = await gateway.addKey(accountId);
    const model = "chat-and-no-images";
    await gateway.priceModel(model, { input: "5000", output: "40000", imageInput: "10000" }, "chat");
    const chat = { choices: [{ message: { content: "hi" }, finish_reason: "stop" }] };
    const { baseUrl } = await gateway.startUpstream((response, request) => {
      const isChat = request.url?.endsWith("/chat/completions");
      response.writeHead(isChat ? 200 : 404, { "content-type": "application/json" });
      response.end(isChat ? JSON.stringify(chat) : '{"detail":"Not Found"}');
    });
    await gateway.addChannel({ [model]: model }, { baseUrl });
    const drawn = await gateway.call({ model, prompt: "a fox" }, secret, { path: "/v1/images/generations" });
    expect(drawn.status).toBe(502);
    expect(await rowOf(drawn)).toMatchObject({ attempts: [{ errorClass: "path_missing" }] });
    const messages = [{ role: "user", content: "hi" }];
    expect((await gateway.call({ model, messages }, secret)).status).toBe(200);
  });
});
