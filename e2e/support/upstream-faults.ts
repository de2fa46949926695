import { gzipSync } from "node:zlib";
import type { Received } from "./mock-upstream.ts";
import { type Behaviour, chunk, completion, html, isStream, json, stream } from "./upstream-behaviours.ts";

/** Credentials that were told once to wait. */
const limitedOnce = new Set<string>();

/** What the fault bench (e2e/faults.test.ts) lets an upstream do, for JSON and for streams. */
export const faults: Record<string, Behaviour> = {
  "fault-reset": (_, response) => {
    response.socket?.resetAndDestroy();
  },
  "fault-hang": () => {},
  "fault-hang-after-headers": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call) });
    response.flushHeaders();
  },
  "fault-stall": (call, response) =>
    isStream(call) ? stream(call, response, { cutAfter: 3, cut: "silence" }) : half(call, response),
  "fault-cut-before": async (call, response) => {
    if (isStream(call)) return stream(call, response, { cutAfter: 0 });
    response.writeHead(200, { "content-type": typeOf(call), "content-length": "500" });
    response.flushHeaders();
    await cut(response);
  },
  "fault-cut-after": async (call, response) => {
    if (isStream(call)) return stream(call, response, { cutAfter: 3 });
    half(call, response);
    await cut(response);
  },
  "fault-malformed-first": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call) });
    response.end(isStream(call) ? 'data: {"choices": [{"delta"\n\n' : '{"choices": [{"message"');
  },
  "fault-malformed-later": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call) });
    if (!isStream(call)) {
      response.end(`${JSON.stringify(completion(call)).slice(0, -1)},`);
      return;
    }
    response.write(`data: ${chunk(call, { role: "assistant", content: "The quick " })}\n\n`);
    response.end('data: {"choices": [{"delta"\n\n');
  },
  "fault-empty": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call) });
    response.end();
  },
  "fault-html": (call, response) => html(response, 200, `<html><h1>${call.says.error}</h1></html>`),
  "fault-gzip-garbage": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call), "content-encoding": "gzip" });
    response.end(Buffer.from("this was never compressed".repeat(20)));
  },
  "fault-gzip": (call, response) => {
    response.writeHead(200, { "content-type": typeOf(call), "content-encoding": "gzip" });
    response.end(gzipSync(isStream(call) ? wholeStream(call) : JSON.stringify(completion(call))));
  },
  "fault-401": error(401, { message: "Incorrect API key provided", code: "invalid_api_key" }),
  "fault-402": error(402, { message: "Payment required", code: "insufficient_balance" }),
  "fault-403": error(403, { message: "You do not have access to this model", code: "access_denied" }),
  "fault-403-waf": (call, response) =>
    html(response, 403, `<html><h1>Attention required</h1>${call.says.error}</html>`),
  "fault-404": error(404, { message: "The model does not exist", code: "model_not_found" }),
  "fault-408": error(408, { message: "Request timed out" }),
  "fault-429": error(429, { message: "Slow down", code: "rate_limit_exceeded" }),
  "fault-429-retry-after": error(
    429,
    { message: "Slow down", code: "rate_limit_exceeded" },
    { "retry-after": "1" },
  ),
  "fault-429-once": (call, response) => {
    const channel = String(call.headers.authorization);
    if (limitedOnce.has(channel))
      return isStream(call) ? stream(call, response, {}) : json(response, 200, completion(call));
    limitedOnce.add(channel);
    response.setHeader("retry-after", "1");
    json(response, 429, {
      error: { message: "Slow down", type: "server_error", code: "rate_limit_exceeded" },
    });
  },
  "fault-429-quota": error(429, { message: "You exceeded your quota", code: "insufficient_quota" }),
  "fault-500": error(500, { message: "Internal error" }),
  "fault-502": error(502, { message: "Bad gateway" }),
  "fault-503": error(503, { message: "Unavailable" }),
  "fault-529": error(529, { message: "Overloaded", type: "overloaded_error" }),
  "fault-drip": (call, response) =>
    isStream(call) ? stream(call, response, { pauseMs: 60 }) : slowly(call, response),
  "fault-context-length": error(400, {
    message: "This model's maximum context length is 8192 tokens.",
    type: "invalid_request_error",
    code: "context_length_exceeded",
    param: "messages",
  }),
  "fault-content-policy": error(400, {
    message: "Your request was rejected by our safety system.",
    type: "invalid_request_error",
    code: "content_policy_violation",
  }),
};

/** Providers echo what they were sent: the text must reach neither client nor log. */
function error(
  status: number,
  members: { message: string; type?: string; code?: string; param?: string },
  headers: Record<string, string> = {},
): Behaviour {
  return (call, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const message = status === 400 ? members.message : `${members.message}: ${call.says.error}`;
    json(response, status, {
      error: { type: "server_error", code: null, param: null, ...members, message },
    });
  };
}

type Response = Parameters<Behaviour>[1];

function typeOf(call: Received): string {
  return isStream(call) ? "text/event-stream; charset=utf-8" : "application/json";
}

function half(call: Received, response: Response): void {
  const text = JSON.stringify(completion(call));
  response.writeHead(200, { "content-type": typeOf(call), "content-length": String(text.length) });
  response.write(text.slice(0, text.length / 2));
}

async function cut(response: Response): Promise<void> {
  // Bytes still in the kernel's buffer would be lost with the connection.
  await new Promise((done) => setTimeout(done, 30));
  response.destroy();
}

async function slowly(call: Received, response: Response): Promise<void> {
  response.writeHead(200, { "content-type": typeOf(call) });
  const text = JSON.stringify(completion(call));
  for (let at = 0; at < text.length; at += 20) {
    response.write(text.slice(at, at + 20));
    await new Promise((done) => setTimeout(done, 60));
  }
  response.end();
}

function wholeStream(call: Received): string {
  const events = [
    chunk(call, { role: "assistant", content: "The quick " }),
    chunk(call, { content: "brown fox." }),
    chunk(call, {}, "stop"),
    "[DONE]",
  ];
  return events.map((event) => `data: ${event}\n\n`).join("");
}
