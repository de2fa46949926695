import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "#bench/operator";
import { chat, HELLO } from "../support/chat.ts";
import { startWorld, type World } from "../support/world.ts";

const RUNS = process.env.TEST_FULL === "1" ? 200 : 20;

let world: World;
let upstream: Server;
let model: string;
let secret: string;
/** What the upstream answers next, in these pieces. */
let pieces: readonly Uint8Array[] = [];

beforeAll(async () => {
  world = await startWorld();
  upstream = createServer((_, response) => void answer(response));
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const { port } = upstream.address() as AddressInfo;
  model = await world.modelFor("chunks", { baseUrl: `http://127.0.0.1:${port}/v1` });
  secret = (await world.operator.customer("100")).key.secret;
}, 300_000);
afterAll(async () => {
  await world?.stop();
  upstream?.close();
});

/** Each piece in a write of its own, far enough apart that the kernel does not join them. */
async function answer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.socket?.setNoDelay(true);
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((done) => setImmediate(done));
  }
  response.end();
}

type Billed = { cost: string; promptTokens: string; completionTokens: string; source: string };

/** One call; what the client got, and what its row says. */
async function streamed(sent: readonly Uint8Array[]): Promise<{ text: string; row: Billed }> {
  pieces = sent;
  const response = await chat(world.gateway.url, secret, { model, messages: HELLO, stream: true });
  const text = await response.text();
  const id = response.headers.get("x-request-id");
  const row = await eventually("the row", async () => {
    const { rows } = await world.database.query<Billed>(
      `SELECT cost::text, prompt_tokens::text AS "promptTokens", completion_tokens::text AS "completionTokens",
         usage_source AS source FROM hot.request_log WHERE request_id = $1`,
      [id],
    );
    return rows[0];
  });
  return { text, row };
}

const event = (data: object | string) =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const delta = (content: string) => event({ id: "c", choices: [{ index: 0, delta: { content } }] });

function bodyOf(texts: readonly string[], says: { prompt: number; completion: number } | null): Uint8Array {
  const usage = says && { prompt_tokens: says.prompt, completion_tokens: says.completion };
  const last = usage === null ? "" : event({ id: "c", choices: [], usage });
  const end = event({ id: "c", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  return new TextEncoder().encode(`: hello\n\n${texts.map(delta).join("")}${end}${last}${event("[DONE]")}`);
}

function cutAt(body: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.map((cut) => cut % body.length), body.length].sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => body.subarray(edges[index], edge));
}

it("a stream's usage, its cost and what the client reads are the same however upstream's bytes were cut", async () => {
  const texts = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), {
    minLength: 1,
    maxLength: 8,
  });
  const says = fc.option(
    fc.record({ prompt: fc.integer({ min: 1, max: 5_000 }), completion: fc.integer({ min: 1, max: 5_000 }) }),
  );
  const cuts = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(texts, says, cuts, async (parts, usage, at) => {
      const body = bodyOf(parts, usage);
      const whole = await streamed([body]);
      expect(whole.text.endsWith("data: [DONE]\n\n")).toBe(true);
      expect(whole.row.source).toBe(usage === null ? "counted" : "upstream");
      if (usage !== null) expect(whole.row.completionTokens).toBe(String(usage.completion));
      expect(await streamed(cutAt(body, at))).toEqual(whole);
    }),
    { numRuns: RUNS },
  );
}, 300_000);
