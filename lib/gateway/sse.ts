import { type BodyFlow, flowOf } from "#lib/providers/body-flow";
import { type UpstreamBody, UpstreamFailure } from "#lib/providers/provider";

/** One complete server-sent event. */
export type SseEvent = {
  /** Its bytes as they came. */
  readonly raw: Uint8Array;
  /** What its data lines say; null when there are none (comments, bare event names). Read when it is asked for. */
  readonly data: string | null;
};

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const FIELD = Buffer.from("data:");
const NOTHING = Buffer.alloc(0);

class Cut implements SseEvent {
  readonly raw: Buffer;

  constructor(raw: Buffer) {
    this.raw = raw;
  }

  get data(): string | null {
    return onlyLineOf(this.raw) ?? dataLinesOf(this.raw);
  }
}

/** The event of these bytes, which end with its blank line. */
export const sseEvent = (raw: Buffer): SseEvent => new Cut(raw);

/**
 * Cuts a body into complete events, however it was chunked. What stands behind the last complete event when the body
 * ends is thrown away: half an event is not an event. What has come whole is there at once.
 */
export class SseEvents {
  /** The body has ended, and every event of it was taken. */
  isOver = false;
  private rest: Buffer = NOTHING;
  /** No separator begins before it. */
  private from = 0;
  private readonly flow: BodyFlow;
  private readonly maxBytes: number;

  constructor(body: UpstreamBody, maxBytes = 8 << 20) {
    this.flow = body.flow ?? flowOf(body);
    this.maxBytes = maxBytes;
  }

  /**
   * The next event, if all of it is here; undefined: not yet, or never where the body is over. Throws what broke the
   * body off, and `too_large` when an event grows beyond `maxBytes`.
   */
  take(): SseEvent | undefined {
    for (;;) {
      const event = this.cut();
      if (event !== undefined) return event;
      const bytes = this.flow.take();
      if (bytes === undefined) return undefined;
      if (bytes === null) {
        this.isOver = true;
        return undefined;
      }
      const came = Buffer.isBuffer(bytes)
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.rest = this.rest.length === 0 ? came : Buffer.concat([this.rest, came]);
    }
  }

  /** `act` is called whenever it is worth taking again. The `act` given last counts. */
  whenReady(act: () => void): void {
    this.flow.whenReady(act);
  }

  /** The next event when it comes; undefined: the body has ended. */
  async next(): Promise<SseEvent | undefined> {
    for (;;) {
      const event = this.take();
      if (event !== undefined || this.isOver) return event;
      await new Promise<void>((resolve) => this.flow.whenReady(resolve));
    }
  }

  /** Nothing more is wanted. */
  async close(): Promise<void> {
    await this.flow.leave();
  }

  private cut(): SseEvent | undefined {
    const { rest } = this;
    if (rest.length === 0) return undefined;
    const end = endOfEvent(rest, this.from);
    if (end < 0) {
      if (rest.length > this.maxBytes) throw new UpstreamFailure("too_large");
      this.from = Math.max(0, rest.length - 3);
      return undefined;
    }
    // An empty rest would keep alive what it was cut from, for as long as upstream says nothing more.
    const isAll = end === rest.length;
    this.rest = isAll ? NOTHING : rest.subarray(end);
    this.from = 0;
    return new Cut(isAll ? rest : rest.subarray(0, end));
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

/** Most events are one data line and the blank one behind it. */
function onlyLineOf(raw: Buffer): string | undefined {
  if (raw.indexOf(LF) !== raw.length - 2 || raw.includes(CR)) return undefined;
  for (let i = 0; i < FIELD.length; i += 1) if (raw[i] !== FIELD[i]) return undefined;
  return raw.toString("utf8", raw[FIELD.length] === SPACE ? FIELD.length + 1 : FIELD.length, raw.length - 2);
}

function dataLinesOf(raw: Buffer): string | null {
  const lines = raw.toString("utf8").split(/\r\n|\n|\r/);
  const data = lines.flatMap((line) => (line.startsWith("data:") ? line.slice(line[5] === " " ? 6 : 5) : []));
  return data.length === 0 ? null : data.join("\n");
}
