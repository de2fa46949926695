import type OpenAI from "openai";
import { InternalServerError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

const MODEL = "sim-moderation";

let world: World;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  const { key } = await world.operator.customer("1");
  client = openai(world.gateway.url, key.secret);
});
afterAll(() => world?.stop());

describe("moderations through the official client", () => {
  it("judge each text, and cost the stated price of 0", async () => {
    const { data, response } = await client.moderations
      .create({ model: MODEL, input: ["a fox", "violence"] })
      .withResponse();
    expect(data.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(data.results[1]?.categories.violence).toBe(true);
    const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ status: 200, model: MODEL, cost: "0", completionTokens: 0 });
    expect(row.promptTokens).toBeGreaterThan(2);
    expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  });

  it("need no money where they cost none", async () => {
    const { account, key } = await world.operator.customer("0");
    const poor = openai(world.gateway.url, key.secret);
    expect((await poor.moderations.create({ model: MODEL, input: "a fox" })).results).toHaveLength(1);
    const { body } = await world.operator.call<{ balance: string }>("GET", `/api/accounts/${account.id}`);
    expect(Number(body.balance)).toBe(0);
    const dear = poor.chat.completions.create({
      model: "sim-chat",
      messages: [{ role: "user", content: "hi" }],
    });
    await expect(dear).rejects.toMatchObject({ status: 402 });
  });

  it("judge a text together with its picture", async () => {
    const image_url = { url: "data:image/png;base64,iVBORw0KGgo=" };
    const input = [
      { type: "text" as const, text: "a fox" },
      { type: "image_url" as const, image_url },
    ];
    expect((await client.moderations.create({ model: MODEL, input })).results).toHaveLength(1);
  });

  it("without a model mean OpenAI's usual one, and say so as long as no channel serves it", async () => {
    const failed = client.moderations.create({ input: "a fox" });
    await expect(failed).rejects.toThrow(InternalServerError);
    await expect(failed).rejects.toMatchObject({
      code: "no_channel_available",
      message: expect.stringContaining('"omni-moderation-latest"'),
    });
    await world.operator.createChannel({ provider: "simulator", models: ["omni-moderation-latest"] });
    expect((await client.moderations.create({ input: "a fox" })).model).toBe("omni-moderation-latest");
  });
});
