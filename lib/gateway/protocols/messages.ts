import type { Usage } from "#lib/pricing/usage";
import type { Refusal } from "../errors.ts";
import { anthropic } from "./anthropic-dialect.ts";
import type { Call, Protocol, StreamTranslation, Told } from "./call.ts";
import { chat } from "./chat.ts";
import { messagesRequest } from "./messages-request.ts";
import { asObject } from "./openai-usage.ts";
import { argumentsOf, translatedBody, translatedCall } from "./translation.ts";

/** /v1/messages: Anthropic's Messages, asked of upstreams in OpenAI's chat. */
export const messages: Protocol = {
  upstreamPath: "/chat/completions",
  read: (bytes) => translatedCall(messages, bytes, (body) => messagesRequest(body, false)),
  upstreamBody: translatedBody,
  readAnswer: chat.readAnswer,
  translation: { whole: wholeMessage, stream: (told) => new MessageStream(told) },
};

/** /v1/messages/count_tokens: a call that nobody is asked, so that its output needs no limit. */
export const messagesCount: Protocol = {
  ...messages,
  read: (bytes) => translatedCall(messages, bytes, (body) => messagesRequest(body, true)),
};

type Json = Readonly<Record<string, unknown>>;

function wholeMessage({ choices }: Json, usage: Usage, told: Told): object {
  const choice = asObject(Array.isArray(choices) ? choices[0] : undefined) ?? {};
  const message = asObject(choice.message) ?? {};
  const texts = [textOf(message.content), textOf(message.refusal)].filter((text) => text !== "");
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return {
    ...envelope(told),
    content: [
      ...texts.map((text) => ({ type: "text", text })),
      ...calls.map((call, index) => {
        const { id, function: f } = asObject(call) ?? {};
        const called = asObject(f) ?? {};
        return { ...toolUse(id, called.name, told, index), input: argumentsOf(called.arguments) };
      }),
    ],
    ...stopOf(choice.finish_reason, choice.stop_reason, told.call),
    usage: usageOf(usage),
  };
}

/** Ids are our own: upstream's are of an account that many share. */
function envelope({ call, requestId }: Told): object {
  const id = `msg_${requestId.replaceAll("-", "")}`;
  return { id, type: "message", role: "assistant", model: call.model };
}

function toolUse(id: unknown, name: unknown, { requestId }: Told, index: number): object {
  const own = `toolu_${requestId.replaceAll("-", "")}_${index}`;
  return { type: "tool_use", id: typeof id === "string" && id !== "" ? id : own, name: textOf(name) };
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["stop", "end_turn"],
  ["length", "max_tokens"],
  ["tool_calls", "tool_use"],
  ["function_call", "tool_use"],
  ["content_filter", "refusal"],
]);

/** Which sequence ended it only some upstreams say, in a member that OpenAI does not have. */
function stopOf(finish: unknown, sequence: unknown, { translated }: Call): object {
  const stops = translated?.stop;
  if (typeof sequence === "string" && Array.isArray(stops) && stops.includes(sequence))
    return { stop_reason: "stop_sequence", stop_sequence: sequence };
  return { stop_reason: REASONS.get(finish) ?? "end_turn", stop_sequence: null };
}

/** Anthropic counts what came from the cache beside the input, OpenAI within it. */
function usageOf({ promptTokens, cacheReadTokens, completionTokens }: Usage): object {
  return {
    input_tokens: promptTokens - cacheReadTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: completionTokens,
  };
}

/** The events of a message: its start, its blocks one after the other, what it used, its end. */
class MessageStream implements StreamTranslation {
  readonly contentType = "text/event-stream; charset=utf-8";
  private readonly told: Told;
  private hasBegun = false;
  private block = -1;
  /** What is being written: a text, a tool's call by upstream's number, nothing. */
  private open: "text" | number | undefined;
  private finish: { reason: unknown; sequence: unknown } = { reason: "stop", sequence: undefined };

  constructor(told: Told) {
    this.told = told;
  }

  event({ choices }: Json): string {
    let out = "";
    if (!this.hasBegun) {
      this.hasBegun = true;
      // What it used is known at its end.
      const usage = { input_tokens: 0, output_tokens: 0 };
      const message = { ...envelope(this.told), content: [], stop_reason: null, stop_sequence: null, usage };
      out += eventOf({ type: "message_start", message });
    }
    const choice = asObject(Array.isArray(choices) ? choices[0] : undefined);
    const delta = asObject(choice?.delta);
    for (const text of [textOf(delta?.content), textOf(delta?.refusal)])
      if (text !== "") out += this.text(text);
    const calls = Array.isArray(delta?.tool_calls) ? delta.tool_calls : [];
    for (const call of calls) out += this.toolCall(asObject(call) ?? {});
    if (choice?.finish_reason != null)
      this.finish = { reason: choice.finish_reason, sequence: choice.stop_reason };
    return out;
  }

  end(usage: Usage): string {
    const delta = stopOf(this.finish.reason, this.finish.sequence, this.told.call);
    return (
      this.close() +
      eventOf({ type: "message_delta", delta, usage: usageOf(usage) }) +
      eventOf({ type: "message_stop" })
    );
  }

  fail(refusal: Refusal): string {
    return `event: error\ndata: ${anthropic.errorBody(refusal, this.told.requestId)}\n\n`;
  }

  private text(text: string): string {
    const begun = this.open === "text" ? "" : this.begin("text", { type: "text", text: "" });
    return begun + this.delta({ type: "text_delta", text });
  }

  private toolCall({ index, id, function: f }: Json): string {
    const called = asObject(f) ?? {};
    const number = typeof index === "number" ? index : 0;
    const begun =
      this.open === number
        ? ""
        : this.begin(number, { ...toolUse(id, called.name, this.told, number), input: {} });
    const written = textOf(called.arguments);
    return written === "" ? begun : begun + this.delta({ type: "input_json_delta", partial_json: written });
  }

  private begin(what: "text" | number, block: object): string {
    const closed = this.close();
    this.open = what;
    this.block += 1;
    return closed + eventOf({ type: "content_block_start", index: this.block, content_block: block });
  }

  private delta(delta: object): string {
    return eventOf({ type: "content_block_delta", index: this.block, delta });
  }

  private close(): string {
    if (this.open === undefined) return "";
    this.open = undefined;
    return eventOf({ type: "content_block_stop", index: this.block });
  }
}

function eventOf(event: { type: string } & Record<string, unknown>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
