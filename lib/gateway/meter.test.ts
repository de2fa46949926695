import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StreamMeter } from "./meter.ts";
import { SseEvents } from "./sse.ts";

const countWords = async (texts: readonly string[]) => texts.join("").split(/\s+/).filter(Boolean).length;

const delta = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } })}\n\n`;

async function meterOf(stream: string, cuts: readonly number[] = []) {
  const bytes = new TextEncoder().encode(stream);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  async function* source() {
    for (let i = 1; i < edges.length; i += 1) yield bytes.subarray(edges[i - 1], edges[i]);
  }
  const meter = new StreamMeter(countWords);
  const events = new SseEvents(source());
  for (let event = await events.next(); event !== undefined; event = await events.next())
    meter.readEvent(event);
  return meter;
}

describe("what a stream used", () => {
  it("is what upstream says, if it says so", async () => {
    const meter = await meterOf(`${delta("a b")}${usage}data: [DONE]\n\n`);
    expect(await meter.usage(async () => 1)).toMatchObject({
      source: "upstream",
      usage: { promptTokens: 9, completionTokens: 4 },
    });
    expect(meter.finished).toBe(true);
  });

  it("is counted from what was delivered otherwise, long texts included", async () => {
    const word = "x".repeat(99);
    const meter = await meterOf(Array.from({ length: 1000 }, () => delta(`${word} `)).join(""));
    expect(await meter.usage(async () => 7)).toMatchObject({
      source: "counted",
      usage: { promptTokens: 7, completionTokens: 1000 },
    });
    expect(meter.finished).toBe(false);
  });

  it.each([
    ["nothing at all", { prompt_tokens: 0, completion_tokens: 0 }, 2],
    ["no output where there was some", { prompt_tokens: 9, completion_tokens: 0 }, 2],
    ["less than nothing", { prompt_tokens: 9, completion_tokens: -4 }, 2],
  ])("is counted where upstream says %s", async (_, said, completionTokens) => {
    const meter = await meterOf(`${delta("a b")}data: ${JSON.stringify({ choices: [], usage: said })}\n\n`);
    expect(await meter.usage(async () => 7)).toMatchObject({
      source: "counted",
      usage: { promptTokens: 7, completionTokens },
    });
  });

  it("is the most that upstream says where it says it twice", async () => {
    const zero = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } })}\n\n`;
    const meter = await meterOf(`${delta("a b")}${zero}${usage}${zero}data: [DONE]\n\n`);
    expect(await meter.usage(async () => 1)).toMatchObject({
      source: "upstream",
      usage: { promptTokens: 9, completionTokens: 4 },
    });
  });

  it("is the same however the bytes are chunked", async () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (pieces, says, cuts) => {
          const stream = `${pieces.map(delta).join("")}${says ? usage : ""}data: [DONE]\n\n`;
          const whole = await (await meterOf(stream)).usage(async () => 3);
          expect(await (await meterOf(stream, cuts)).usage(async () => 3)).toEqual(whole);
        },
      ),
    );
  });

  it("counts reasoning, refusals and tool calls as output", async () => {
    const event = (part: object) => `data: ${JSON.stringify({ choices: [{ delta: part }] })}\n\n`;
    const meter = await meterOf(
      event({ reasoning_content: "one two " }) +
        event({ refusal: "three " }) +
        event({ tool_calls: [{ function: { name: "four ", arguments: '{"five": ' } }] }),
    );
    expect(await meter.usage(async () => 0)).toMatchObject({ usage: { completionTokens: 5 } });
  });
});

describe("what an event is", () => {
  it.each([
    [null, "comment"],
    ["[DONE]", "done"],
    ["{nope", "malformed"],
    ["[]", "malformed"],
    ['{"error":{"message":"x"}}', "error"],
    ['{"choices":[],"usage":{"prompt_tokens":1}}', "usage"],
    ['{"choices":[],"usage":null}', "content"],
    ['{"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":1}}', "content"],
  ])("%s is %s", (data, kind) => {
    expect(new StreamMeter(countWords).read(data)).toBe(kind);
  });
});
