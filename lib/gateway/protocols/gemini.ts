import type { Usage } from "#lib/pricing/usage";
import type { Refusal } from "../errors.ts";
import type { Protocol, StreamTranslation, Told } from "./call.ts";
import { chat } from "./chat.ts";
import { gemini as dialect } from "./gemini-dialect.ts";
import { geminiCountRequest, geminiRequest } from "./gemini-request.ts";
import { asObject } from "./openai-usage.ts";
import { argumentsOf, translatedBody, translatedCall } from "./translation.ts";

/** What the path asks for: the model stands there, and so does whether the answer is a stream. */
type Asked = {
  model: string;
  /** `sse`: as events; `list`: as one JSON list, element by element; null: whole. */
  stream: "sse" | "list" | null;
};

/** /v1beta/models/{model}:generateContent and :streamGenerateContent, asked of upstreams in OpenAI's chat. */
export function geminiProtocol({ model, stream }: Asked): Protocol {
  const protocol: Protocol = {
    upstreamPath: "/chat/completions",
    read: (bytes) => translatedCall(protocol, bytes, (body) => geminiRequest(body, model, stream !== null)),
    upstreamBody: translatedBody,
    readAnswer: chat.readAnswer,
    translation: {
      whole: wholeAnswer,
      stream: (told) => new GeminiStream(told, stream === "list"),
    },
  };
  return protocol;
}

/** /v1beta/models/{model}:countTokens. */
export function geminiCount(model: string): Protocol {
  const protocol: Protocol = {
    ...geminiProtocol({ model, stream: null }),
    read: (bytes) => translatedCall(protocol, bytes, (body) => geminiCountRequest(body, model)),
  };
  return protocol;
}

type Json = Readonly<Record<string, unknown>>;

function wholeAnswer({ choices }: Json, usage: Usage, told: Told): object {
  const candidates = (Array.isArray(choices) ? choices : []).map((one, index) => {
    const choice = asObject(one) ?? {};
    const message = asObject(choice.message) ?? {};
    const texts = [message.content, message.refusal].filter(
      (text) => typeof text === "string" && text !== "",
    );
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
    const parts = [
      ...texts.map((text) => ({ text })),
      ...calls.map((call) => {
        const { id, function: f } = asObject(call) ?? {};
        const called = asObject(f) ?? {};
        return callPart({ id, name: called.name, written: called.arguments });
      }),
    ];
    return candidateOf(parts, index, choice.finish_reason ?? "stop");
  });
  return { candidates, usageMetadata: usageOf(usage), ...envelope(told) };
}

const envelope = ({ call, requestId }: Told): object => ({ modelVersion: call.model, responseId: requestId });

function callPart({ id, name, written }: { id: unknown; name: unknown; written: unknown }): object {
  const functionCall = { name: typeof name === "string" ? name : "", args: argumentsOf(written) };
  return { functionCall: typeof id === "string" ? { id, ...functionCall } : functionCall };
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["length", "MAX_TOKENS"],
  ["content_filter", "SAFETY"],
]);

function candidateOf(parts: readonly object[], index: number, finish?: unknown): object {
  const content = { role: "model", parts };
  if (finish === undefined) return { content, index };
  return { content, index, finishReason: REASONS.get(finish) ?? "STOP" };
}

/** Google counts thoughts beside the candidates, OpenAI within the completion. */
function usageOf({ promptTokens, completionTokens, reasoningTokens, cacheReadTokens }: Usage): object {
  return {
    promptTokenCount: promptTokens,
    candidatesTokenCount: completionTokens - reasoningTokens,
    totalTokenCount: promptTokens + completionTokens,
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
    ...(cacheReadTokens === 0 ? {} : { cachedContentTokenCount: cacheReadTokens }),
  };
}

type Called = { id: unknown; name: unknown; written: string };

/** The answers of a stream: texts as they come, a call of a function when it is whole, the figures with the end. */
class GeminiStream implements StreamTranslation {
  readonly contentType: string;
  private readonly told: Told;
  private readonly isList: boolean;
  private hasBegun = false;
  /** Calls that are being written, by candidate and upstream's number. */
  private readonly calls = new Map<number, Map<number, Called>>();
  private readonly finished = new Map<number, unknown>();

  constructor(told: Told, isList: boolean) {
    this.told = told;
    this.isList = isList;
    this.contentType = isList ? "application/json; charset=utf-8" : "text/event-stream; charset=utf-8";
  }

  event({ choices }: Json): string {
    const candidates: object[] = [];
    for (const one of Array.isArray(choices) ? choices : []) {
      const choice = asObject(one) ?? {};
      const delta = asObject(choice.delta) ?? {};
      const index = typeof choice.index === "number" ? choice.index : 0;
      const texts = [delta.content, delta.refusal].filter((text) => typeof text === "string" && text !== "");
      for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : [])
        this.note(index, asObject(call) ?? {});
      if (choice.finish_reason != null) this.finished.set(index, choice.finish_reason);
      // The first thing is said at once, though it may be that nothing has been said yet.
      if (texts.length > 0 || !this.hasBegun) candidates.push(candidateOf([{ text: texts.join("") }], index));
    }
    return candidates.length === 0 ? "" : this.write({ candidates, ...envelope(this.told) });
  }

  end(usage: Usage): string {
    const indexes = this.finished.size === 0 ? [0] : [...this.finished.keys()];
    const candidates = indexes.map((index) => {
      const calls = [...(this.calls.get(index)?.values() ?? [])];
      return candidateOf(
        calls.length === 0 ? [{ text: "" }] : calls.map(callPart),
        index,
        this.finished.get(index) ?? "stop",
      );
    });
    const last = this.write({ candidates, usageMetadata: usageOf(usage), ...envelope(this.told) });
    return this.isList ? `${last}]` : last;
  }

  fail(refusal: Refusal): string {
    const last = this.frame(dialect.errorBody(refusal, this.told.requestId));
    return this.isList ? `${last}]` : last;
  }

  private note(candidate: number, { index, id, function: f }: Json): void {
    const called = asObject(f) ?? {};
    const calls = this.calls.get(candidate) ?? new Map<number, Called>();
    this.calls.set(candidate, calls);
    const number = typeof index === "number" ? index : 0;
    const call = calls.get(number) ?? { id, name: called.name, written: "" };
    calls.set(number, call);
    if (typeof called.arguments === "string") call.written += called.arguments;
  }

  private write(answer: object): string {
    return this.frame(JSON.stringify(answer));
  }

  private frame(json: string): string {
    const isFirst = !this.hasBegun;
    this.hasBegun = true;
    if (!this.isList) return `data: ${json}\n\n`;
    return `${isFirst ? "[" : ",\n"}${json}`;
  }
}
