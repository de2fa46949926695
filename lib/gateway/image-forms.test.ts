import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

const FUNDS = 10n ** 12n;
const PICTURE = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 13) % 256));
const [EDITS, VARIATIONS] = ["/v1/images/edits", "/v1/images/variations"];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.priceModel("retouched", { image: "1000000" });
  await gateway.priceModel("drawn", { input: "5000", output: "40000", imageInput: "10000" });
  await gateway.priceModel("sized", {
    image: "40",
    images: [
      { size: "1024x1024", quality: null, factor: "1" },
      { size: "512x512", quality: null, factor: "1/2" },
    ],
  });
  await gateway.addChannel({ retouched: "retouched", drawn: "drawn", sized: "sized" });
});
afterAll(() => gateway.stop());

type Fields = Record<string, string | Blob | readonly Blob[]>;
const picture = () => new Blob([new Uint8Array(PICTURE)], { type: "image/png" });
function formOf(fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of Array.isArray(value) ? value : [value])
      if (one instanceof Blob) form.append(name, one, "a.png");
      else form.append(name, one);
  return form;
}
const customer = async (balanceNanoUsd = FUNDS) => {
  const accountId = await gateway.addAccount({ balanceNanoUsd });
  const secret = await gateway.addKey(accountId);
  const send = (body: BodyInit, path: string, headers: Record<string, string> = {}) =>
    gateway.call(undefined, secret, { path, headers, body });
  const edit = (fields: Fields = {}, headers: Record<string, string> = {}) =>
    send(formOf({ model: "retouched", prompt: "a fox", image: picture(), ...fields }), EDITS, headers);
  const vary = (fields: Fields = {}) =>
    send(formOf({ model: "retouched", image: picture(), ...fields }), VARIATIONS);
  return { accountId, send, edit, vary };
};
const rowOf = async (response: Response) =>
  (await gateway.rows()).find(({ request_id }) => request_id === response.headers.get("x-request-id"));

describe("edited and varied images", () => {
  it("are answered as they came, and cost what as many new ones cost", async () => {
    const { edit, vary, accountId } = await customer();
    const edited = await edit({ n: "2", mask: picture(), "image[]": [picture(), picture()] });
    expect(((await edited.json()) as { data: unknown[] }).data).toHaveLength(2);
    expect(await rowOf(edited)).toMatchObject({
      endpoint: EDITS,
      images: 2,
      cost: 2_000_000n,
      hold: 2_000_000n,
    });
    const varied = await vary({ n: "3" });
    expect(await rowOf(varied)).toMatchObject({ endpoint: VARIATIONS, images: 3, cost: 3_000_000n });
    expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS - 5_000_000n, held: 0n });
    expect(await gateway.ledgerSum(accountId)).toBe(FUNDS - 5_000_000n);
  });

  it("cost what their size costs, and are billed as many as came", async () => {
    const { edit, vary } = await customer();
    expect(await rowOf(await edit({ model: "sized", n: "2", size: "512x512" }))).toMatchObject({
      ...{ cost: 40n, image_kind: "512x512" },
    });
    expect(await rowOf(await vary({ model: "sized" }))).toMatchObject({ cost: 40n, image_kind: null });
    expect((await edit({ model: "sized", size: "2x2" })).status).toBe(503);
    expect(await rowOf(await edit({ n: "4" }, { "x-sim-images": "1" }))).toMatchObject({
      images: 1,
      cost: 1_000_000n,
    });
    expect(await rowOf(await edit({ n: "4" }, { "x-sim-images": "9" }))).toMatchObject({
      images: 4,
      cost: 4_000_000n,
    });
  });

  it("hold what the pictures that go in may be, where their model is sold by the token", async () => {
    const { edit } = await customer();
    const holdOf = async (fields: Fields) =>
      Number((await rowOf(await edit({ model: "drawn", ...fields })))?.hold);
    const [one, three] = [await holdOf({}), await holdOf({ "image[]": [picture(), picture()] })];
    expect(three - one).toBe(2 * 6_500 * 10_000);
  });

  it("are asked for in JSON too, where the pictures are named", async () => {
    const { send } = await customer();
    const json = { "content-type": "application/json" };
    const ask = (body: object) =>
      send(JSON.stringify({ model: "retouched", prompt: "a fox", ...body }), EDITS, json);
    const images = [{ image_url: "data:image/png;base64,AA==" }];
    expect(await rowOf(await ask({ images, n: 2 }))).toMatchObject({ images: 2, cost: 2_000_000n });
    for (const [body, code, param] of [
      [{}, "invalid_request", "images"],
      [{ images: [] }, "invalid_request", "images"],
      [{ images: Array(20).fill(images[0]) }, "invalid_request", "images"],
      [{ images: [{ file_id: "file-of-others" }] }, "unsupported_field", "images"],
      [{ images, mask: { file_id: "file-of-others" } }, "unsupported_field", "images"],
      [{ images, n: "2" }, "invalid_request", "n"],
      [{ images, N: 2 }, "invalid_request", "n"],
      [{ images, prompt: null }, "invalid_request", "prompt"],
    ] as const) {
      const answer = await ask(body);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code, param } }]);
    }
  });

  it("go upstream byte for byte, but for the model's name", async () => {
    const kept: { type: string; body: Buffer; path: string }[] = [];
    const { baseUrl } = await gateway.startUpstream((response, request, body) => {
      kept.push({ type: request.headers["content-type"] ?? "", body, path: request.url ?? "" });
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: [{ b64_json: "aa" }] }));
    });
    await gateway.priceModel("mine", { image: "1" });
    await gateway.addChannel({ mine: "theirs" }, { baseUrl });
    const { send } = await customer();
    const form = formOf({ model: "mine", prompt: "a\r\nfox", image: picture(), input_fidelity: "high" });
    const request = new Request("http://x.test", { method: "POST", body: form });
    const type = request.headers.get("content-type") ?? "";
    const sent = Buffer.from(await request.arrayBuffer());
    expect((await send(sent, EDITS, { "content-type": type })).status).toBe(200);
    expect(kept).toMatchObject([{ type, path: "/v1/images/edits" }]);
    expect(kept[0]?.body.toString("latin1")).toBe(
      sent.toString("latin1").replace('name="model"\r\n\r\nmine', 'name="model"\r\n\r\ntheirs'),
    );
  });

  it.each([
    [EDITS, { prompt: "" }, "invalid_request", "prompt"],
    [EDITS, { n: "0" }, "invalid_request", "n"],
    [EDITS, { n: "1e2" }, "invalid_request", "n"],
    [EDITS, { n: "999" }, "invalid_request", "n"],
    [EDITS, { N: "2" }, "invalid_request", "n"],
    [EDITS, { "n[]": "2" }, "invalid_request", "n"],
    [EDITS, { stream: "true" }, "unsupported_field", "stream"],
    [EDITS, { image: "a text" }, "invalid_request", "image"],
    [EDITS, { image: new Blob([]) }, "invalid_request", "image"],
    [EDITS, { "image[]": Array(16).fill(picture()) }, "invalid_request", "image"],
    [EDITS, { "image[1]": picture() }, "invalid_request", "image"],
    [EDITS, { mask: [picture(), picture()] }, "invalid_request", "mask"],
    [EDITS, { models: "a" }, "unsupported_field", "models"],
    [VARIATIONS, { "image[]": picture() }, "invalid_request", "image"],
    [VARIATIONS, { model: "" }, "invalid_request", "model"],
  ] as const)(
    "are refused where the request says what cannot be done: %s %o",
    async (path, fields, code, param) => {
      const { edit, vary, accountId } = await customer();
      const answer = await (path === EDITS ? edit(fields) : vary(fields));
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code, param } }]);
      expect(await gateway.funds(accountId)).toMatchObject({ balance: FUNDS, held: 0n });
    },
  );

  it("count for the limit on images per minute, n of them as n", async () => {
    const { edit, vary, accountId } = await customer();
    await gateway.setLimit({
      scope: "account",
      scopeId: accountId,
      model: "retouched",
      metric: "ipm",
      value: 3,
    });
    expect((await edit({ n: "2" })).status).toBe(200);
    const refused = await vary({ n: "2" });
    expect([refused.status, refused.headers.get("x-ratelimit-remaining-images")]).toEqual([429, "1"]);
    expect((await vary()).status).toBe(200);
  });

  it("are asked of the next channel where one lacks the path", async () => {
    await gateway.priceModel("spread", { image: "7" });
    const { baseUrl } = await gateway.startUpstream((response) => response.writeHead(405).end());
    await gateway.addChannel({ spread: "a" }, { baseUrl, priority: 2 });
    await gateway.addChannel({ spread: "b" });
    const { edit } = await customer();
    expect(await rowOf(await edit({ model: "spread" }))).toMatchObject({
      ...{ cost: 7n, attempts: [{ errorClass: "path_missing" }, { errorClass: null }] },
    });
  });
});
