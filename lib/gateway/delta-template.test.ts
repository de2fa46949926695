import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StreamMeter } from "./meter.ts";
import { type SseEvent, sseEvent } from "./sse.ts";

/** Says exactly what it was given to count: a text that is read otherwise is seen. */
const meterOf = (counted: string[]) =>
  new StreamMeter(async (texts) => {
    counted.push(...texts);
    return 1;
  });
const line = (json: string) => Buffer.from(`data: ${json}\n\n`);
const delta = (content: string, more: object = {}) =>
  line(
    JSON.stringify({
      id: "c-1",
      choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }],
      model: "m",
    }),
  );

/** What a meter makes of events: with the short way, or with each event parsed. */
async function madeOf(events: readonly Buffer[], way: "short" | "parsed") {
  const counted: string[] = [];
  const meter = meterOf(counted);
  const kinds = events.map((raw) =>
    way === "short" ? meter.readEvent(sseEvent(raw)) : meter.read(sseEvent(raw).data),
  );
  const atMost = meter.outputTokensAtMost();
  return {
    kinds,
    atMost,
    finished: meter.finished,
    usage: await meter.usage(async () => 3),
    text: counted,
  };
}

const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    '"',
    "\\",
    "\n",
    '","x":"',
    '"}}],"error":{"a":"',
    "\ud83d",
    "\ude42",
    "",
    "m",
    "c-1",
    "hi",
    "gone",
  ),
);
const event = fc.oneof(
  { weight: 6, arbitrary: texts.map((text) => delta(text)) },
  texts.map((text) => delta(text, { finish_reason: "stop" })),
  texts.map((text) => line(JSON.stringify({ choices: [{ delta: { reasoning_content: text } }] }))),
  texts.map((text) => line(JSON.stringify({ choices: [{ delta: { content: text, refusal: text } }] }))),
  texts.map((text) =>
    line(`{"choices":[{"delta":{"content":"gone","content":${JSON.stringify(text)}},"note":"gone"}]}`),
  ),
  texts.map((text) =>
    line(JSON.stringify({ note: text, choices: [{ delta: { content: "hi" } }], usage: null })),
  ),
  fc.constantFrom(
    line('{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}'),
    line('{"error":{"message":"x"}}'),
    Buffer.from(": c\n\n"),
    Buffer.from('event: x\r\ndata: {"choices":[{"delta":{"content":"ab"}}]}\r\n\r\n'),
  ),
);
/** A byte of an event, put in place of another. */
const damage = fc.record({ at: fc.nat(), of: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });

describe("events that differ in their text alone", () => {
  it("are not read as data from the second on", () => {
    const counted: string[] = [];
    const meter = meterOf(counted);
    meter.readEvent(sseEvent(delta("one")));
    const unread = (text: string): SseEvent => ({
      raw: delta(text),
      get data(): string {
        throw new Error("it was read");
      },
    });
    expect(meter.readEvent(unread(" two"))).toBe("content");
    expect(meter.readEvent(unread(" 三 🙂"))).toBe("content");
    expect(() => meter.readEvent(unread('"'))).toThrow("it was read");
    expect(meter.outputTokensAtMost()).toBe(Math.ceil("one two 三 🙂".length / 3 + 4 / 3));
  });

  it.each([
    ["a field before it", (note: string) => `{"note":"${note}","choices":[{"delta":{"content":"hi"}}]}`],
    [
      "a field that counts no more",
      (old: string) => `{"choices":[{"delta":{"content":"${old}","content":"hi"}}]}`,
    ],
  ])("are not mistaken for events that differ in %s", async (_, json) => {
    const events = [line(json("hi")), line(json("who")), line(json("whoever"))];
    expect(await madeOf(events, "short")).toEqual(await madeOf(events, "parsed"));
  });

  it("mean the same as if each were parsed, whatever else the stream says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        expect(await madeOf(events, "short")).toEqual(await madeOf(events, "parsed"));
      }),
      { numRuns: 400 },
    );
  });

  it("mean the same with any of their bytes in place of another, UTF-8 or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(texts, { minLength: 1, maxLength: 8 }),
        fc.array(damage, { maxLength: 6 }),
        async (said, damages) => {
          const events = ["sure", ...said].map((text) => delta(text));
          for (const { at, of, byte } of damages) {
            const raw = events[1 + (of % said.length)];
            // What stands behind the blank line belongs to the next event.
            if (raw !== undefined && byte !== 0x0a && byte !== 0x0d) raw[at % (raw.length - 2)] = byte;
          }
          expect(await madeOf(events, "short")).toEqual(await madeOf(events, "parsed"));
        },
      ),
      { numRuns: 600 },
    );
  });

  it("are counted in the same pieces, however long the stream", async () => {
    const events = Array.from({ length: 9_000 }, (_, i) => delta(i % 7 === 0 ? `日本${i}\n` : `🙂 ${i} é`));
    expect(await madeOf(events, "short")).toEqual(await madeOf(events, "parsed"));
  });
});
