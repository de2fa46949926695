import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseEvents } from "./sse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function eventsOf(
  text: string,
  cuts: readonly number[] = [],
): Promise<{ raw: string; data: string | null }[]> {
  const all = bytes(text);
  const edges = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
  async function* source() {
    for (let i = 1; i < edges.length; i += 1) yield all.subarray(edges[i - 1], edges[i]);
  }
  const found: { raw: string; data: string | null }[] = [];
  const events = new SseEvents(source());
  for (let event = await events.next(); event !== undefined; event = await events.next())
    found.push({ raw: new TextDecoder().decode(event.raw), data: event.data });
  return found;
}

describe("cutting a stream into events", () => {
  it.each(["\n\n", "\r\n\r\n", "\r\r"])("knows the separator %j", async (gap) => {
    expect(await eventsOf(`data: a${gap}data: b${gap}`)).toEqual([
      { raw: `data: a${gap}`, data: "a" },
      { raw: `data: b${gap}`, data: "b" },
    ]);
  });

  it("joins data lines, keeps comments apart, and drops half an event at the end", async () => {
    expect(await eventsOf(": ping\n\nevent: x\ndata:1\ndata: 2\n\ndata: hal")).toEqual([
      { raw: ": ping\n\n", data: null },
      { raw: "event: x\ndata:1\ndata: 2\n\n", data: "1\n2" },
    ]);
  });

  it("gives the same events however the bytes are chunked, in the middle of characters as well", async () => {
    const text = 'data: {"x":"日本🙂"}\n\n: c\r\n\r\ndata: [DONE]\n\n';
    const whole = await eventsOf(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 30 }), async (cuts) => {
        expect(await eventsOf(text, cuts)).toEqual(whole);
      }),
    );
  });

  it("refuses an event without end", async () => {
    async function* endless() {
      for (;;) yield bytes("x".repeat(1024));
    }
    await expect(new SseEvents(endless(), 10_000).next()).rejects.toMatchObject({ errorClass: "too_large" });
  });
});
