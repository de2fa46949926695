import { ApiError, GoogleGenAI } from "@google/genai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.ts";

const MODEL = "sim-embedding";

let world: World;
let secret: string;

beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("1")).key.secret;
});
afterAll(() => world?.stop());

const google = (apiVersion?: string) =>
  new GoogleGenAI({
    apiKey: secret,
    httpOptions: {
      baseUrl: world.gateway.url,
      headers: { "x-sim-prompt-tokens": "50000" },
      timeout: 60_000,
      ...(apiVersion === undefined ? {} : { apiVersion }),
    },
  });

describe("vectors through Google's official client", () => {
  it("come one per text, of the length asked for, and the log says what they cost", async () => {
    const contents = ["Who pays the toll?", "Who counts the coins?"];
    const config = { outputDimensionality: 64, taskType: "RETRIEVAL_DOCUMENT" };
    for (const version of [undefined, "v1beta"]) {
      const answer = await google(version).models.embedContent({ model: MODEL, contents, config });
      expect(answer.embeddings?.map(({ values }) => values?.length)).toEqual([64, 64]);
      const id = answer.sdkHttpResponse?.headers?.["x-request-id"] ?? "";
      const row = await world.operator.row(id);
      // $0.02 per million tokens.
      expect(row).toMatchObject({ status: 200, protocol: "gemini", model: MODEL, promptTokens: 50_000 });
      expect(Number(row.cost)).toBe(0.001);
      expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
    }
  });

  it("are OpenAI's own, and those of a single content", async () => {
    const contents = "Who pays the toll?";
    const { embeddings } = await google().models.embedContent({ model: MODEL, contents });
    const ask = (path: string, body: object) =>
      fetch(`${world.gateway.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
        body: JSON.stringify(body),
      }).then((answer) => answer.json());
    const { data } = await ask("/v1/embeddings", { model: MODEL, input: contents });
    expect(data[0].embedding).toEqual(embeddings?.[0]?.values);
    const one = { content: { parts: [{ text: contents }] } };
    const { embedding } = await ask(`/v1beta/models/${MODEL}:embedContent`, one);
    expect(embedding.values).toEqual(embeddings?.[0]?.values);
  });

  it("raise the client's own error, in Google's envelope", async () => {
    const failed = google().models.embedContent({ model: MODEL, contents: "a", config: { title: "A" } });
    const error = await failed.catch((thrown: unknown) => thrown);
    if (!(error instanceof ApiError)) throw new Error(`no error of the API: ${String(error)}`);
    expect(error.status).toBe(400);
    expect(JSON.parse(error.message).error).toMatchObject({
      status: "INVALID_ARGUMENT",
      details: [{ reason: "unsupported_field" }, {}, {}],
    });
  });
});
