import { describe, expect, it } from "vitest";
import { isRefusal } from "../errors.ts";
import { sseEvent } from "../sse.ts";
import type { Call } from "./call.ts";
import { responses, withIds } from "./responses.ts";
import { ResponsesMeter } from "./responses-meter.ts";

const bytesOf = (body: unknown) => Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
const read = (body: object) => responses.read(bytesOf({ model: "m", input: "hi", ...body }));
function accepted(body: object): Call {
  const call = read(body);
  if (isRefusal(call)) throw new Error(call.message);
  return call;
}
const NO_CALL = { images: 0, prompt: { texts: [], textBytes: 0, otherTokens: 0 } };
const readWhole = (answer: Record<string, unknown>) => responses.readAnswer(answer, NO_CALL, bytesOf(answer));
const words = async (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + text.split(" ").filter((word) => word !== "").length, 0);

describe("a request for a response", () => {
  it("is understood as far as routing and money need it, and passed on but for the model's name", () => {
    const body = '{"model": "m", "input":"hi",  "max_output_tokens":50,"stream":true,"temperature":1.0}';
    const call = responses.read(bytesOf(body));
    if (isRefusal(call)) throw new Error(call.message);
    expect(call).toMatchObject({ model: "m", stream: true, maxOutputTokens: 50, choices: 1 });
    expect(String(responses.upstreamBody(call, "m", true))).toBe(body);
    expect(String(responses.upstreamBody(call, "x", true))).toBe(body.replace('"m"', '"x"'));
  });

  it("has all that the model reads in its estimate: items, instructions, tools, the form of the answer", () => {
    const long = "word ".repeat(200);
    const bare = accepted({}).prompt.textBytes;
    const bodies = [
      { instructions: long },
      { input: [{ role: "user", content: [{ type: "input_text", text: long }] }] },
      { input: [{ type: "function_call_output", call_id: "c", output: long }] },
      { tools: [{ type: "function", name: "f", description: long, parameters: {} }] },
      { text: { format: { type: "json_schema", name: "s", schema: { description: long } } } },
    ];
    for (const body of bodies) expect(accepted(body).prompt.textBytes).toBeGreaterThan(bare + 900);
    const image = { type: "input_image", image_url: `data:image/png;base64,${"A".repeat(9_999)}` };
    const { prompt } = accepted({ input: [{ role: "user", content: [image] }] });
    expect(prompt).toMatchObject({ textBytes: 0 });
    expect(prompt.otherTokens).toBeGreaterThan(1_500);
  });

  it.each([
    [{ model: undefined }, "model"],
    [{ model: 7 }, "model"],
    [{ input: undefined }, "input"],
    [{ input: "" }, "input"],
    [{ input: [] }, "input"],
    [{ input: ["hi"] }, "input"],
    [{ input: 7 }, "input"],
    [{ instructions: ["a"] }, "instructions"],
    [{ stream: "true" }, "stream"],
    [{ store: 1 }, "store"],
    [{ stream_options: [] }, "stream_options"],
    [{ tools: {} }, "tools"],
    [{ tools: ["web_search"] }, "tools"],
    [{ max_output_tokens: 0 }, "max_output_tokens"],
    [{ max_output_tokens: 1e30 }, "max_output_tokens"],
    [{ max_output_tokens: "9" }, "max_output_tokens"],
    [{ previous_response_id: "" }, "previous_response_id"],
    [{ previous_response_id: {} }, "previous_response_id"],
  ])("is refused as malformed: %j", (body, param) => {
    expect(read(body)).toMatchObject({ code: "invalid_request", status: 400, param });
  });

  it.each(["Max_Output_Tokens", "Previous_Response_ID", "BACKGROUND", "Tools", "Conversation", "Store"])(
    "is refused where %s is in other letters than its upstream might read",
    (name) => {
      expect(read({ [name]: 1 })).toMatchObject({ code: "invalid_request" });
    },
  );

  it.each([
    [{ background: true }, "background"],
    [{ background: "yes" }, "background"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "pmpt_1" } }, "prompt"],
    [{ plugins: [{ id: "web" }] }, "plugins"],
    [{ web_search_options: {} }, "web_search_options"],
    [{ service_tier: "priority" }, "service_tier"],
    [{ models: ["dearer"] }, "models"],
  ])("is refused for what is not sold: %j", (body, param) => {
    expect(read(body)).toMatchObject({ code: "unsupported_field", status: 400, param });
  });

  it.each([
    ...["web_search", "web_search_preview", "file_search", "code_interpreter", "computer_use_preview"],
    ...["image_generation", "mcp", "shell", "constructor", undefined, null, ["function"]],
  ])("is refused with a tool that costs extra: %j", (type) => {
    const tools = [{ type: "function", name: "f" }, { type }];
    expect(read({ tools })).toMatchObject({ code: "unsupported_field", param: "tools[1].type" });
    expect(read({ tools: [{ type: "function", Type: "mcp" }] })).toMatchObject({ param: "tools[0]" });
  });

  it.each([
    [{ type: "item_reference", id: "msg_1" }, "input[0]"],
    [{ id: "msg_1" }, "input[0]"],
    [{ type: null, id: "rs_1" }, "input[0]"],
    [{ type: "reasoning", id: "rs_1", summary: [] }, "input[0]"],
    [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "" }, "input[0]"],
    [{ type: "image_generation_call", id: "ig_1" }, "input[0]"],
    [{ type: "file_search_call", id: "fs_1" }, "input[0]"],
    [{ role: "user", content: [{ type: "input_image", file_id: "file-1" }] }, "input[0].content.file_id"],
    [
      { role: "user", content: [{ type: "input_file", file_url: "https://a.example/b.pdf" }] },
      "input[0].content.file_url",
    ],
    [
      { type: "function_call_output", call_id: "c", output: [{ type: "input_file", file_id: "file-1" }] },
      "input[0].output.file_id",
    ],
  ])("is refused where it names what lies in the provider's account: %j", (item, param) => {
    expect(read({ input: [item] })).toMatchObject({ code: "unsupported_field", param });
  });

  it.each([
    { role: "user", content: "x", Type: "item_reference" },
    { role: "user", content: [{ type: "input_file", File_ID: "file-1" }] },
  ])("is refused where such a name is in other letters: %j", (item) => {
    expect(read({ input: [item] })).toMatchObject({ code: "invalid_request" });
  });

  it("takes what earlier answers said, as its clients send them back", () => {
    accepted({
      background: false,
      tools: [{ type: "function", name: "f", parameters: { type: "object", properties: {} } }],
      input: [
        { role: "user", content: "hi" },
        { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
        { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "a" }] },
        { type: "function_call", id: "fc_1", call_id: "c", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "c", output: "done" },
      ],
    });
  });
});

describe("an answer", () => {
  const message = (text: string) => ({ type: "message", content: [{ type: "output_text", text }] });
  const usage = { input_tokens: 20, output_tokens: 9, total_tokens: 29 };

  it("says what it used: cached and reasoning tokens are parts of the totals", () => {
    const details = {
      input_tokens_details: { cached_tokens: 8 },
      output_tokens_details: { reasoning_tokens: 4 },
    };
    const answer = { id: "r", output: [message("a b")], usage: { ...usage, ...details } };
    expect(responses.readAnswer(answer, NO_CALL, bytesOf(answer))?.usage).toMatchObject({
      ...{ promptTokens: 20, completionTokens: 9, cacheReadTokens: 8, reasoningTokens: 4 },
    });
  });

  it.each([
    [{ output: [message("a")], usage }],
    [{ id: 7, output: [message("a")], usage }],
    [{ id: "x".repeat(999), output: [message("a")], usage }],
    [{ id: "r", output: "a", usage }],
    [{ id: "r", output: [], status: "completed", usage }],
    [{ id: "r", output: [], status: "queued" }],
  ])("is none: %j", (answer) => {
    expect(responses.readAnswer(answer, NO_CALL, bytesOf(answer))).toBeUndefined();
  });

  it.each([
    [undefined],
    [null],
    [{ input_tokens: -5, output_tokens: 9 }],
    [{ input_tokens: 0, output_tokens: 0 }],
    [{ input_tokens: 20, output_tokens: 0 }],
    [{ input_tokens: 20, output_tokens: 1e15 }],
    [{ input_tokens: "20", output_tokens: "9" }],
  ])("is counted where its figures cannot be: %j", (said) => {
    const output = [
      { type: "reasoning", summary: [{ type: "summary_text", text: "think" }] },
      { type: "message", content: [{ text: "one two" }, { refusal: "no" }] },
      { type: "function_call", name: "f", arguments: '{"a":1}' },
      { type: "custom_tool_call", name: "g", input: "raw" },
      null,
    ];
    const read = readWhole({ id: "r", output, usage: said });
    expect(read?.usage).toBeUndefined();
    expect(read?.texts()).toEqual(["think", "one two", "no", "f", '{"a":1}', "g", "raw"]);
  });

  it("keeps every byte but those of its ids", () => {
    const text = '{ "x":1.0,"id":  "resp_a","n":[{"id":"resp_a"}],"previous_response_id" : null}';
    expect(String(withIds(bytesOf(text), JSON.parse(text), () => "w"))).toBe(text.replace('"resp_a"', '"w"'));
    const after = '{"id":"resp_b","previous_response_id":"resp_a"}';
    expect(String(withIds(bytesOf(after), JSON.parse(after), (id) => `w-${id}`))).toBe(
      '{"id":"w-resp_b","previous_response_id":"w-resp_a"}',
    );
  });

  it.each([
    ["has a name twice", '{"id":"resp_a","id":"resp_b","output":[{}]}'],
    ["has a name twice, in other letters", '{"id":"resp_a","ID":"resp_b","output":[{}]}'],
    ["is too deep", `{"id":"resp_a","output":[${"[".repeat(99_999)}${"]".repeat(99_999)}]}`],
  ])("that %s is none, and would be told by its ids alone", (_, text) => {
    const answer = JSON.parse(text);
    expect(responses.readAnswer(answer, NO_CALL, bytesOf(text))).toBeUndefined();
    expect(String(withIds(bytesOf(text), answer, () => "w"))).toBe('{"id":"w"}');
    const event = `{"type":"response.completed","response":${text}}`;
    expect(new ResponsesMeter(words).read(event)).toBe("malformed");
  });
});

describe("a stream", () => {
  const raw = (event: { type: string } & Record<string, unknown>) =>
    Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const meterOf = (...events: ({ type: string } & Record<string, unknown>)[]) => {
    const meter = new ResponsesMeter(words);
    return { meter, kinds: events.map((event) => meter.readEvent(sseEvent(raw(event)))) };
  };
  const delta = (text: string, type = "response.output_text.delta") => ({ type, delta: `${text} ` });
  const begun = { type: "response.created", response: { id: "r" } };
  const counted = async (meter: ResponsesMeter) => (await meter.usage(async () => 5)).usage;

  it("ends with an event of its own, whose figures count", async () => {
    const usage = { input_tokens: 20, output_tokens: 9 };
    for (const type of ["response.completed", "response.incomplete"]) {
      const { meter, kinds } = meterOf(begun, delta("a b"), { type, response: { id: "r", usage } });
      expect(kinds).toEqual(["content", "content", "done"]);
      expect(meter.finished).toBe(true);
      expect(await counted(meter)).toMatchObject({ promptTokens: 20, completionTokens: 9 });
    }
  });

  it("without figures is counted: text, reasoning, refusals, arguments, and no sound", async () => {
    const { meter } = meterOf(
      ...[begun, delta("a b"), delta("c", "response.reasoning_summary_text.delta")],
      ...[delta("d", "response.refusal.delta"), delta("e f", "response.function_call_arguments.delta")],
      delta("g h i", "response.audio.delta"),
    );
    expect(await counted(meter)).toMatchObject({ promptTokens: 5, completionTokens: 6 });
  });

  it("whose text comes only whole is counted once", async () => {
    const item = { type: "message", content: [{ type: "output_text", text: "a b c" }] };
    const end = { type: "response.completed", response: { id: "r", output: [item] } };
    const done = { type: "response.output_item.done", item };
    for (const events of [[done, end], [end], [delta("a b c"), done, end]]) {
      const { meter } = meterOf(begun, ...events);
      expect(await counted(meter)).toMatchObject({ completionTokens: 3 });
    }
  });

  it("fails by an event of its own, and is bare while it has only announced an answer", () => {
    for (const failure of [
      { type: "response.failed", response: { id: "r", error: { code: "server_error" } } },
      { type: "error", code: "server_error", message: "x" },
    ]) {
      const { meter, kinds } = meterOf(begun, { type: "response.output_item.added", item: {} }, failure);
      expect(kinds.at(-1)).toBe("error");
      expect([meter.finished, meter.isBare]).toEqual([false, true]);
    }
    expect(meterOf(begun, delta("a")).meter.isBare).toBe(false);
  });

  it.each([
    ["{not json"],
    ["[]"],
    ["{}"],
    ['{"type":7}'],
    [`{"type":"response.x","response_id":"r","more":${"[".repeat(99_999)}${"]".repeat(99_999)}}`],
    ['{"type":"response.x","response_id":"r","response_id":"s"}'],
    ['{"type":"response.created","response":null}'],
    ['{"type":"response.created","response":{"id":"a"},"response":{"id":"b"}}'],
    ['{"type":"response.created","response":{}}'],
    ['{"type":"response.created","response":{"id":{"a":1}}}'],
    [`{"type":"response.completed","response":{"id":"${"x".repeat(999)}"}}`],
  ])("with an event that is none is malformed: %s", (data) => {
    expect(new ResponsesMeter(words).read(data)).toBe("malformed");
  });

  it("takes OpenAI's other end for no end", () => {
    expect(new ResponsesMeter(words).read("[DONE]")).toBe("comment");
  });

  it("passes every byte but those of ids, however an event is written", () => {
    const stream = responses.translation?.stream({
      ...{ call: accepted({}), requestId: "q" },
      wrapId: (id) => `w-${id}`,
    });
    const told = (bytes: string) => {
      const meter = new ResponsesMeter(words);
      meter.readEvent(sseEvent(Buffer.from(bytes)));
      return String(stream?.event(meter.event, Buffer.from(bytes)));
    };
    const plain = 'event: response.output_text.delta\ndata: {"delta":"resp_a",  "n":1.0}\n\n'.replace(
      "{",
      '{"type":"response.output_text.delta",',
    );
    expect(told(plain)).toBe(plain);
    for (const end of ["\n", "\r\n"]) {
      const event = `: note${end}event: response.created${end}data: {"type":"response.created", "response":{"x":1.0,"id":"resp_ä", "previous_response_id":"resp_b"}}${end}${end}`;
      const expected = event.replace("resp_ä", "w-resp_ä").replace("resp_b", "w-resp_b");
      expect(told(event)).toBe(expected);
    }
    const lines = 'data: {"type":"response.created",\ndata: "response":{"id":"resp_a"}}\n\n';
    expect(told(lines)).toContain('"response":{"id":"w-resp_a"}');
    const top = 'data: {"type":"response.x","response_id":"resp_a"}\n\n';
    expect(told(top)).toContain('"response_id":"w-resp_a"');
    expect(told(top)).not.toContain('"resp_a"');
  });
});
