import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRefusal } from "../errors.ts";
import { StreamMeter } from "../meter.ts";
import { SseEvents } from "../sse.ts";
import type { Call } from "./call.ts";
import { messages, messagesCount } from "./messages.ts";

const bytesOf = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const ask = { model: "m", max_tokens: 50, messages: [{ role: "user", content: "hi" }] };

function read(body: object): Call {
  const call = messages.read(bytesOf({ ...ask, ...body }));
  if (isRefusal(call)) throw new Error(call.message);
  return call;
}
const sentOf = (body: object, model = "up", usage = true): unknown =>
  JSON.parse(new TextDecoder().decode(messages.upstreamBody(read(body), model, usage)));
const user = (...content: object[]) => ({ messages: [{ role: "user", content }] });

describe("a request to Messages becomes one to chat", () => {
  it("with upstream's model, the limit in its name there, and the figures asked for", () => {
    expect(sentOf({ stream: true })).toEqual({
      model: "up",
      messages: [{ role: "user", content: "hi" }],
      max_tokens: 50,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(sentOf({}, "openai/gpt-5-mini")).toMatchObject({ max_completion_tokens: 50 });
    expect(sentOf({ stream: true }, "up", false)).not.toHaveProperty("stream_options");
  });

  it("with pictures, in the answers of tools as well", () => {
    const source = { type: "base64", media_type: "image/png", data: "QUJD" };
    const shown = { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } };
    const result = { type: "tool_result", tool_use_id: "t1", is_error: true };
    expect(
      sentOf(user({ type: "image", source: { type: "url", url: "https://x.test/a.png" } })),
    ).toMatchObject({
      messages: [{ content: [{ type: "image_url", image_url: { url: "https://x.test/a.png" } }] }],
    });
    const content = [
      { type: "text", text: "seen" },
      { type: "image", source },
    ];
    expect(sentOf(user({ ...result, content }, { type: "text", text: "and now?" }))).toMatchObject({
      messages: [
        { role: "tool", tool_call_id: "t1", content: "Error: seen" },
        { role: "user", content: [shown, { type: "text", text: "and now?" }] },
      ],
    });
    expect(read(user({ type: "image", source })).prompt.otherTokens).toBeGreaterThan(1_000);
  });

  it("with tools and how they are chosen", () => {
    const tools = [{ name: "f", input_schema: { type: "object" } }];
    const chosen = (tool_choice: object) => sentOf({ tools, tool_choice });
    expect(chosen({ type: "auto" })).toMatchObject({ tool_choice: "auto" });
    expect(chosen({ type: "any", disable_parallel_tool_use: true })).toMatchObject({
      ...{ tool_choice: "required", parallel_tool_calls: false },
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
    });
    expect(chosen({ type: "tool", name: "f" })).toMatchObject({
      tool_choice: { type: "function", function: { name: "f" } },
    });
  });

  it("without the thoughts of earlier turns", () => {
    const content = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "text", text: "yes" },
    ];
    expect(sentOf({ messages: [...ask.messages, { role: "assistant", content }] })).toMatchObject({
      messages: [{}, { role: "assistant", content: "yes" }],
    });
  });

  it.each([
    ["max_tokens", { max_tokens: 0 }, "invalid_request"],
    ["max_tokens", { max_tokens: undefined }, "invalid_request"],
    ["messages", { messages: [] }, "invalid_request"],
    ["messages[0].role", { messages: [{ role: "system", content: "x" }] }, "invalid_request"],
    ["messages[0].content[0].type", user({ type: "document" }), "unsupported_field"],
    [
      "messages[0].content[0].source.type",
      user({ type: "image", source: { type: "file" } }),
      "unsupported_field",
    ],
    ["system[0].type", { system: [{ type: "image" }] }, "unsupported_field"],
    ["tools[0].type", { tools: [{ type: "web_search_20250305", name: "w" }] }, "unsupported_field"],
    ["thinking", { thinking: { type: "enabled", budget_tokens: 2048 } }, "unsupported_field"],
    ["container", { container: "c" }, "unsupported_field"],
    ["temperature", { temperature: "hot" }, "invalid_request"],
  ])("or is refused by its field: %s", (param, body, code) => {
    expect(messages.read(bytesOf({ ...ask, ...body }))).toMatchObject({ refused: true, code, param });
  });

  it("to be counted, needs no limit of its output", () => {
    expect(messagesCount.read(bytesOf({ model: "m", messages: ask.messages }))).toMatchObject({ model: "m" });
  });
});

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const tool = (index: number, f: object, id?: string) => chunk({ tool_calls: [{ index, id, function: f }] });
const UPSTREAM = [
  chunk({ role: "assistant", content: "" }),
  chunk({ content: "日本" }),
  chunk({ content: "🙂" }),
  tool(0, { name: "a", arguments: "" }, "t0"),
  tool(0, { arguments: '{"x":' }),
  tool(0, { arguments: "1}" }),
  tool(1, { name: "b", arguments: "{}" }, "t1"),
  chunk({}, "tool_calls"),
  `data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}\n\n`,
  "data: [DONE]\n\n",
].join("");

/** What the client gets of an upstream's bytes, cut wherever. */
async function told(cuts: readonly number[]): Promise<string> {
  const all = new TextEncoder().encode(UPSTREAM);
  const edges = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
  async function* source() {
    for (let i = 1; i < edges.length; i += 1) yield all.subarray(edges[i - 1], edges[i]);
  }
  const meter = new StreamMeter(async () => 0, true);
  const stream = messages.translation?.stream({
    wrapId: (id: string) => id,
    call: read({}),
    requestId: "0-1",
  });
  let text = "";
  const events = new SseEvents(source());
  for (let event = await events.next(); event !== undefined; event = await events.next())
    if (meter.read(event.data) !== "done") text += stream?.event(meter.event, event.raw) ?? "";
  const { usage } = await meter.usage(async () => 0);
  return text + (stream?.end(usage, meter.event, new Uint8Array()) ?? "");
}

describe("a stream of chat becomes one of Messages", () => {
  it("block after block, with what it used at the end", async () => {
    const events = (await told([])).split("\n\n").filter((event) => event !== "");
    const parsed = events.map((event) => JSON.parse(event.slice(event.indexOf("data: ") + 6)));
    expect(events.every((event, at) => event.startsWith(`event: ${parsed[at].type}\n`))).toBe(true);
    expect(parsed.map(({ type, index }) => (index === undefined ? type : `${type} ${index}`))).toEqual([
      "message_start",
      ...["content_block_start 0", "content_block_delta 0", "content_block_delta 0", "content_block_stop 0"],
      ...["content_block_start 1", "content_block_delta 1", "content_block_delta 1", "content_block_stop 1"],
      ...["content_block_start 2", "content_block_delta 2", "content_block_stop 2"],
      ...["message_delta", "message_stop"],
    ]);
    expect(parsed.at(-2)).toMatchObject({
      delta: { stop_reason: "tool_use" },
      usage: { input_tokens: 9, output_tokens: 4 },
    });
  });

  it("the same however upstream's bytes are cut", async () => {
    const whole = await told([]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
        expect(await told(cuts)).toBe(whole);
      }),
      { numRuns: 100 },
    );
  });
});
