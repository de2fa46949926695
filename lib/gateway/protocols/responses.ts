import type { Usage } from "#lib/pricing/usage";
import type { Refusal } from "../errors.ts";
import { replaceMembers } from "../json-scan.ts";
import { isWrappable } from "../wrapped-response.ts";
import type { Protocol, StreamTranslation, Told } from "./call.ts";
import { asObject, isPossible } from "./openai-usage.ts";
import { ResponsesMeter } from "./responses-meter.ts";
import { readResponsesCall, upstreamResponsesBody } from "./responses-request.ts";
import { isPlain, readResponseUsage, scanAnswer, textsOfOutput } from "./responses-usage.ts";

type Json = Readonly<Record<string, unknown>>;

/** /v1/responses: OpenAI's Responses, asked of upstreams that have them. Only ids are told otherwise than they came. */
export const responses: Protocol = {
  upstreamPath: "/responses",
  kind: "chat",
  isOptional: true,
  read: (bytes) => readResponsesCall(bytes, responses),
  upstreamBody: upstreamResponsesBody,
  readAnswer({ id, output, status, usage }, _, bytes) {
    if (!isWrappable(id) || !Array.isArray(output) || !isPlain(bytes)) return undefined;
    if (output.length === 0 && status !== "incomplete") return undefined;
    const texts = () => textsOfOutput(output);
    const said = readResponseUsage(usage);
    const hasGenerated = said?.completionTokens === 0 && texts().length > 0;
    return { usage: said !== undefined && isPossible(said, hasGenerated) ? said : undefined, texts };
  },
  translation: {
    whole: (answer, usage, { wrapId }, bytes) => withIds(bytes, answer, (id) => wrapId(id, usage)),
    stream: (told) => new ResponseStream(told),
  },
  newMeter: (countTokens) => new ResponsesMeter(countTokens),
  errorOf: (event) => ({ error: asObject(event.response)?.error ?? event.error ?? event }),
};

/**
 * A response's object (a whole answer, or what an event carries) with the ids of responses wrapped, every other byte as
 * it came. Of one that is not plain (`isPlain`), nothing but the ids: whoever has read it has refused it.
 */
export function withIds(bytes: Uint8Array, response: Json, wrap: (id: string) => string): Uint8Array {
  const { id, previous_response_id: previous } = response;
  const values = {
    ...(isWrappable(id) ? { id: wrap(id) } : {}),
    ...(isWrappable(previous) ? { previous_response_id: wrap(previous) } : {}),
  };
  const scan = scanAnswer(bytes);
  return scan.ok ? replaceMembers(bytes, scan, values) : Buffer.from(JSON.stringify(values));
}

/** Passes events on; most of them carry no id of a response. */
class ResponseStream implements StreamTranslation {
  readonly contentType = "text/event-stream; charset=utf-8";
  private nextNumber = 0;
  private readonly told: Told;
  private readonly wrap: (id: string) => string;

  constructor(told: Told) {
    this.told = told;
    this.wrap = (id) => told.wrapId(id);
  }

  event(event: Json, raw: Uint8Array): Uint8Array {
    if (typeof event.sequence_number === "number") this.nextNumber = event.sequence_number + 1;
    const isPlain = event.response === undefined && event.response_id === undefined;
    return isPlain ? raw : this.withIds(event, raw);
  }

  end(_: Usage, event: Json, raw: Uint8Array): Uint8Array {
    return this.event(event, raw);
  }

  /** As the protocol has it, and with `error`, at which the official clients raise it. */
  fail({ message, code, param, type }: Refusal): string {
    const error = { message, type, code, param, request_id: this.told.requestId };
    const event = { type: "error", code, message, param, sequence_number: this.nextNumber, error };
    return eventOf(event);
  }

  private withIds(event: Json, raw: Uint8Array): Uint8Array {
    const response = asObject(event.response);
    const [line, more] = Buffer.from(raw)
      .toString("latin1")
      .matchAll(/^data:(.*)$/gm);
    const start = (line?.index ?? 0) + "data:".length;
    const data = raw.subarray(start, start + (line?.[1]?.length ?? 0));
    const scan = scanAnswer(data);
    const at = scan.ok ? scan.members.get("response") : undefined;
    if (response === undefined || at === undefined || more !== undefined || event.response_id !== undefined)
      return Buffer.from(eventOf(this.rewritten(event, response)));
    const told = withIds(data.subarray(at.start, at.end), response, this.wrap);
    return spliced(raw, start + at.start, start + at.end, told);
  }

  /** Of an event that is made otherwise than most; the meter has let no other pass than one that can be written. */
  private rewritten(event: Json, response: Json | undefined): Json {
    const { response_id: id } = event;
    const text = response && Buffer.from(withIds(Buffer.from(JSON.stringify(response)), response, this.wrap));
    return {
      ...event,
      ...(isWrappable(id) ? { response_id: this.wrap(id) } : {}),
      ...(text === undefined ? {} : { response: JSON.parse(text.toString("utf8")) }),
    };
  }
}

function spliced(bytes: Uint8Array, start: number, end: number, other: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), other, bytes.subarray(end)]);
}

function eventOf(event: Json): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
