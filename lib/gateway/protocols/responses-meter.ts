import { type EventKind, StreamMeter } from "../meter.ts";
import { isWrappable } from "../wrapped-response.ts";
import { asObject } from "./openai-usage.ts";
import { isPlain, readResponseUsage, scanAnswer, textsOfItem, textsOfOutput } from "./responses-usage.ts";

type Json = Readonly<Record<string, unknown>>;

/** Sound and pictures are no text: their deltas are base64. */
const NO_TEXT = /audio|image/;

/**
 * Watches a stream of the Responses protocol, which ends with an event of its own: `response.completed` or
 * `response.incomplete`. Where no figures come, the deltas are counted; of an item that came without any, the item.
 */
export class ResponsesMeter extends StreamMeter {
  private isBegun = false;
  private hasDeltas = false;

  constructor(countTokens: ConstructorParameters<typeof StreamMeter>[0]) {
    super(countTokens, true);
  }

  override get isBare(): boolean {
    return !this.isBegun;
  }

  override read(data: string | null): EventKind {
    // Some upstreams send OpenAI's other end as well: it says nothing here.
    if (data === null || data === "[DONE]") return "comment";
    const event = asObject(parse(data));
    if (event === undefined) return "malformed";
    this.event = event;
    const { type } = event;
    if (type === "error" || event.error != null) return "error";
    if (typeof type !== "string") return "malformed";
    const { response } = event;
    const hasIds = response !== undefined || event.response_id !== undefined;
    if (hasIds && !isPlainEvent(data, response !== undefined)) return "malformed";
    if (response !== undefined) return this.readResponse(type, asObject(response));
    this.readPart(type, event);
    return "content";
  }

  /** An event about the response as a whole; without an id that we can wrap it is none. */
  private readResponse(type: string, response: Json | undefined): EventKind {
    if (response === undefined || !isWrappable(response.id)) return "malformed";
    this.note(readResponseUsage(response.usage));
    if (type === "response.failed" || type === "response.cancelled") return "error";
    if (type !== "response.completed" && type !== "response.incomplete") return "content";
    if (!this.isBegun) for (const text of textsOfOutput(response.output)) this.keep(text);
    this.isBegun = true;
    this.finished = true;
    return "done";
  }

  private readPart(type: string, { delta, item }: Json): void {
    const isDelta = type.endsWith(".delta");
    const isDone = type === "response.output_item.done";
    this.isBegun ||= isDelta || isDone;
    if (isDelta && typeof delta === "string" && !NO_TEXT.test(type)) {
      this.hasDeltas = true;
      this.keep(delta);
    } else if (isDone) {
      const { name } = asObject(item) ?? {};
      const unsaid = this.hasDeltas ? [name] : textsOfItem(item);
      for (const text of unsaid) if (typeof text === "string") this.keep(text);
      this.hasDeltas = false;
    }
  }
}

/** Neither in the event nor in its response does a name stand twice, and neither is too deep to be written anew. */
function isPlainEvent(data: string, hasResponse: boolean): boolean {
  const bytes = Buffer.from(data);
  const scan = scanAnswer(bytes);
  if (!scan.ok || !hasResponse) return scan.ok;
  const at = scan.members.get("response");
  return at !== undefined && isPlain(bytes.subarray(at.start, at.end));
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
