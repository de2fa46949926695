import type { ServerResponse } from "node:http";
import type { Received } from "./mock-upstream.ts";

export type Behaviour = (call: Received, response: ServerResponse) => Promise<void> | void;

/** What `ok` answers, and what it says it used. */
export const ANSWER = "The quick brown fox jumps over the lazy dog.";
export const USAGE = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 },
};

/** What the mock does, by the model that it is asked for. */
export const behaviours: Record<string, Behaviour> = {
  ok: (call, response) =>
    isStream(call) ? stream(call, response, {}) : json(response, 200, completion(call)),

  // Answers that are broken
  "error-500": (call, response) => json(response, 500, upstreamError(`you sent: ${call.says.error}`)),
  "error-400": (_, response) =>
    json(response, 400, {
      error: {
        message: "bad temperature",
        type: "invalid_request_error",
        code: "bad_value",
        param: "temperature",
      },
    }),
  "error-401": (call, response) =>
    json(response, 401, upstreamError(`Incorrect API key provided: sk-up-secret ${call.says.error}`)),
  "error-402": (_, response) => json(response, 402, upstreamError("insufficient quota")),
  "error-404": (_, response) => json(response, 404, upstreamError("The model does not exist")),
  "error-429": (_, response) => {
    response.setHeader("retry-after", "1");
    json(response, 429, upstreamError("slow down"));
  },
  "waf-403": (call, response) =>
    html(response, 403, `<html><h1>Attention required</h1>${call.says.error}</html>`),
  "html-200": (call, response) => html(response, 200, `<html><h1>${call.says.error}</h1></html>`),
  malformed: (call, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"choices": [{"message": "${call.says.error}`);
  },
  empty: (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end();
  },
  reset: (_, response) => {
    response.socket?.resetAndDestroy();
  },
  hang: () => {},
  "hang-after-headers": (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
  },

  // Usage said, unsaid, or refused
  "no-usage": (call, response) =>
    isStream(call)
      ? stream(call, response, { usage: "never" })
      : json(response, 200, { ...completion(call), usage: undefined }),
  "usage-always": (call, response) => stream(call, response, { usage: "always" }),
  "rejects-stream-options": (call, response) =>
    call.body.stream_options === undefined
      ? behaviours.ok?.(call, response)
      : json(response, 400, {
          error: {
            message: "Unknown parameter: 'stream_options'.",
            type: "invalid_request_error",
            param: "stream_options",
          },
        }),

  // Streams that go wrong
  "cut-before-first": (call, response) => stream(call, response, { cutAfter: 0 }),
  "cut-after-first": (call, response) => stream(call, response, { cutAfter: 3 }),
  "error-in-stream": async (call, response) => {
    await stream(call, response, { cutAfter: 3, cut: "error-event" });
  },
  drip: (call, response) => stream(call, response, { pauseMs: 60, pieces: 200 }),
  "idle-forever": (call, response) => stream(call, response, { cutAfter: 3, cut: "silence" }),
  "split-bytes": (call, response) => stream(call, response, { byteByByte: true }),

  // What crosses
  "extra-fields": (call, response) =>
    json(response, 200, {
      ...completion(call),
      x_vendor_field: { kept: true },
      system_fingerprint: "fp_mock",
    }),
  "tool-call": (call, response) => toolCall(call, response),
  "leaky-headers": (call, response) => {
    response.setHeader("set-cookie", "upstream=1");
    response.setHeader("openai-organization", "org-mock");
    response.setHeader("x-ratelimit-remaining-requests", "7");
    response.setHeader("server", "mock/1.0");
    response.setHeader("x-powered-by", "mock");
    json(response, 200, completion(call));
  },
};

type StreamOptions = {
  usage?: "asked" | "always" | "never";
  cutAfter?: number;
  cut?: "socket" | "error-event" | "silence";
  pauseMs?: number;
  pieces?: number;
  byteByByte?: boolean;
};

/** Server-sent events as OpenAI sends them: role, one per piece, finish, usage if asked for, [DONE]. */
export async function stream(
  call: Received,
  response: ServerResponse,
  options: StreamOptions,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  const usageAsked = (call.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage;
  const wantsUsage = options.usage === "always" || (options.usage !== "never" && usageAsked === true);
  const pieces = options.pieces
    ? Array.from({ length: options.pieces }, (_, i) => `word${i} `)
    : call.says.answer.split(/(?<= )/);
  let sent = 0;
  const send = async (event: string): Promise<boolean> => {
    if (response.destroyed) return false;
    if (options.cutAfter !== undefined && sent >= options.cutAfter) {
      await finishBadly(call, response, options.cut ?? "socket");
      return false;
    }
    await write(response, `data: ${event}\n\n`, options.byteByByte ?? false);
    sent += 1;
    if (options.pauseMs) await new Promise((done) => setTimeout(done, options.pauseMs));
    return true;
  };
  if (!(await send(chunk(call, { role: "assistant", content: "" })))) return;
  for (const piece of pieces) if (!(await send(chunk(call, { content: piece })))) return;
  if (!(await send(chunk(call, {}, "stop")))) return;
  if (wantsUsage && !(await send(usageChunk(call)))) return;
  if (await send("[DONE]")) response.end();
}

/** A word, then two tools called, their arguments in pieces. */
const TOOL_DELTAS = [
  { role: "assistant", content: "Looking." },
  {
    tool_calls: [{ index: 0, id: "call_a", type: "function", function: { name: "weather", arguments: "" } }],
  },
  { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
  { tool_calls: [{ index: 0, function: { arguments: '"Tōkyō"}' } }] },
  {
    tool_calls: [
      { index: 1, id: "call_b", type: "function", function: { name: "clock", arguments: '{"zone":9}' } },
    ],
  },
];

async function toolCall(call: Received, response: ServerResponse): Promise<void> {
  if (isStream(call)) {
    const events = TOOL_DELTAS.map((delta) => chunk(call, delta));
    events.push(chunk(call, {}, "tool_calls"), usageChunk(call), "[DONE]");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(events.map((event) => `data: ${event}\n\n`).join(""));
    return;
  }
  const called = (id: string, name: string, text: string) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  });
  const tool_calls = [
    called("call_a", "weather", '{"city":"Tōkyō"}'),
    called("call_b", "clock", '{"zone":9}'),
  ];
  const message = { role: "assistant", content: "Looking.", tool_calls };
  const choices = [{ index: 0, message, finish_reason: "tool_calls", logprobs: null }];
  json(response, 200, { ...completion(call), choices });
}

async function finishBadly(
  call: Received,
  response: ServerResponse,
  how: "socket" | "error-event" | "silence",
): Promise<void> {
  if (how === "silence") return;
  if (how === "error-event") {
    response.end(`data: ${JSON.stringify(upstreamError(`the server had an error: ${call.says.error}`))}\n\n`);
    return;
  }
  // Bytes still in the kernel's buffer would be lost with the connection.
  await new Promise((done) => setTimeout(done, 30));
  response.destroy();
}

async function write(response: ServerResponse, text: string, byteByByte: boolean): Promise<void> {
  if (!byteByByte) {
    response.write(text);
    return;
  }
  for (const byte of Buffer.from(text)) {
    response.write(Buffer.of(byte));
    await new Promise((done) => setImmediate(done));
  }
}

export function completion(call: Received): Record<string, unknown> {
  return {
    id: "chatcmpl-mock",
    object: "chat.completion",
    created: 1_760_000_000,
    model: call.body.model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: call.says.answer },
        finish_reason: "stop",
        logprobs: null,
      },
    ],
    usage: USAGE,
  };
}

export function chunk(call: Received, delta: Record<string, unknown>, finish: string | null = null): string {
  return JSON.stringify({
    id: "chatcmpl-mock",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: call.body.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
}

function usageChunk(call: Received): string {
  return JSON.stringify({
    id: "chatcmpl-mock",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: call.body.model,
    choices: [],
    usage: USAGE,
  });
}

export function isStream(call: Received): boolean {
  return call.body.stream === true;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/html" });
  response.end(body);
}

function upstreamError(message: string): Record<string, unknown> {
  return { error: { message, type: "server_error", code: "mock", param: null } };
}
