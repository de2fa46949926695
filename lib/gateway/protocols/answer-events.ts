import { type UpstreamBody, UpstreamFailure } from "#lib/providers/provider";
import { SseEvents } from "../sse.ts";
import { asObject } from "./openai-usage.ts";

type Told = { raw: Uint8Array; event: Readonly<Record<string, unknown>> };

/** The events of an answer that ends with one of a certain type, which says what it took. */
export class AnswerEvents {
  /** What the last event says; undefined until it has come. */
  done: Readonly<Record<string, unknown>> | undefined;
  private readonly events: SseEvents;
  private readonly doneType: string;

  constructor(body: UpstreamBody, doneType: string) {
    this.events = new SseEvents(body);
    this.doneType = doneType;
  }

  /**
   * The next event that says something, as it came and as what it says; undefined: none is here; null: they came to a good end.
   * Throws what broke them off, and where an event says that something went wrong or nothing that can be read.
   */
  take(): Told | undefined | null {
    for (;;) {
      const event = this.events.take();
      if (event === undefined) {
        if (!this.events.isOver) return undefined;
        if (this.done === undefined) throw new UpstreamFailure("truncated");
        return null;
      }
      const { raw, data } = event;
      if (data === null) continue;
      if (data === "[DONE]") return { raw, event: {} };
      return { raw, event: this.read(data) };
    }
  }

  whenReady(act: () => void): void {
    this.events.whenReady(act);
  }

  close(): Promise<void> {
    return this.events.close();
  }

  private read(data: string): Readonly<Record<string, unknown>> {
    const event = asObject(parse(data));
    if (event === undefined) throw new UpstreamFailure("malformed");
    if (event.type === "error" || (event.error !== undefined && event.error !== null))
      throw new UpstreamFailure("error_event");
    if (event.type === this.doneType) this.done = event;
    return event;
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
