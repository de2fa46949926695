import { UpstreamFailure } from "#lib/providers/provider";

/** One complete server-sent event: its bytes as they came, and what its data lines say. */
export type SseEvent = { raw: Uint8Array; data: string | null };

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream into complete events, however it was chunked. What stands behind the last complete event when
 * the stream ends is thrown away: half an event is not an event. Throws when one grows beyond `maxBytes`.
 */
export async function* splitEvents(
  source: AsyncIterable<Uint8Array>,
  maxBytes = 8 << 20,
): AsyncGenerator<SseEvent> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of source) {
    // Search only from where a separator could begin.
    let from = Math.max(0, rest.length - 3);
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = endOfEvent(rest, from);
      if (end < 0) break;
      const raw = rest.subarray(0, end);
      rest = rest.subarray(end);
      from = 0;
      yield { raw, data: dataOf(raw) };
    }
    if (rest.length > maxBytes) throw new UpstreamFailure("too_large");
  }
}

/** The index behind the blank line (LF LF, CR LF CR LF or CR CR) that ends the first event, or -1. */
function endOfEvent(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === LF) {
      if (bytes[i + 1] === LF) return i + 2;
      if (bytes[i + 1] === CR && bytes[i + 2] === LF) return i + 3;
    } else if (byte === CR && bytes[i + 1] === CR) return i + 2;
  }
  return -1;
}

/** The data lines joined; null when there are none (comments, bare event names). */
function dataOf(raw: Uint8Array): string | null {
  const lines = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    .toString("utf8")
    .split(/\r\n|\n|\r/);
  const data = lines.flatMap((line) => (line.startsWith("data:") ? line.slice(line[5] === " " ? 6 : 5) : []));
  return data.length === 0 ? null : data.join("\n");
}
