import { BadRequestError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeUpstreams } from "#lib/providers/testing";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

const PICTURE = Buffer.from(Array.from({ length: 200_003 }, (_, at) => (at * 29 + (at >> 7)) % 256));
const upstreams = fakeUpstreams();

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 300_000);
afterAll(async () => {
  upstreams.stop();
  await world?.stop();
});

const picture = (name = "a.png") => new File([PICTURE], name, { type: "image/png" });
const clientOf = async () => {
  const { key, account } = await world.operator.customer("1");
  return { account, client: openai(world.gateway.url, key.secret) };
};
const rowOf = (response: Response) => world.operator.row(response.headers.get("x-request-id") ?? "");

describe("images of images through the official client", () => {
  it("are edited, the pictures arriving byte for byte, and cost what so many of the size cost", async () => {
    let asked: { type: string; body: Buffer } | undefined;
    const { baseUrl } = await upstreams.start((response, request, body) => {
      asked = { type: request.headers["content-type"] ?? "", body };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ created: 1, data: [{ b64_json: "aa" }, { b64_json: "bb" }] }));
    });
    const models = [{ model: "dall-e-2", upstreamModel: "theirs" }];
    await world.operator.createChannel({ baseUrl, credential: "sk-upstream-credential-0123456789", models });
    const { client, account } = await clientOf();
    const ask = { model: "dall-e-2", image: [picture(), picture("b.png")], mask: picture("m.png"), n: 2 };
    const { data, response } = await client.images
      .edit({ ...ask, prompt: "a fox in the snow", size: "256x256" })
      .withResponse();
    expect(data.data?.map((one) => one.b64_json)).toEqual(["aa", "bb"]);
    const form = await new Response(new Uint8Array(asked?.body ?? []), {
      headers: { "content-type": asked?.type ?? "" },
    }).formData();
    expect([form.get("model"), form.get("prompt"), form.get("n")]).toEqual([
      "theirs",
      "a fox in the snow",
      "2",
    ]);
    for (const one of [...form.getAll("image[]"), form.get("mask")])
      expect(Buffer.from(await (one as File).arrayBuffer()).equals(PICTURE)).toBe(true);
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 200, images: 2, cost: "0.032", endpoint: "/v1/images/edits" });
    expect(row.bill).toMatchObject({ equal: true, image: "256x256" });
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.968", held: "0" });
  });

  it("are varied, and refused for nothing where the request cannot be served", async () => {
    const { client, account } = await clientOf();
    const ask = { model: "sim-image", image: picture() };
    const { data, response } = await client.images.createVariation({ ...ask, n: 3 }).withResponse();
    expect([data.data?.length, (await rowOf(response)).cost]).toEqual([3, "0.06"]);
    const failed = client.images.edit({ ...ask, prompt: "a fox", stream: true });
    await expect(failed).rejects.toThrow(BadRequestError);
    await expect(failed).rejects.toMatchObject({ code: "unsupported_field", param: "stream" });
    expect(await world.operator.account(account.id)).toMatchObject({ balance: "0.94", held: "0" });
  });
});
