import type { ServerResponse } from "node:http";
import type { Received } from "./mock-upstream.ts";

/** What the mock keeps of the responses that it has made, by their ids. */
export type KeptResponses = Map<string, Kept>;
type Kept = { id: string; [name: string]: unknown };

/** What every response of the mock says that it used. */
export const RESPONSE_USAGE = {
  input_tokens: 19,
  input_tokens_details: { cached_tokens: 8 },
  output_tokens: 10,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 29,
};

/** OpenAI's Responses: made, whole or streamed, followed, got and deleted. The model `cut-after-first` breaks its streams off. */
export function answerResponses(
  call: Received,
  response: ServerResponse,
  kept: KeptResponses,
): ServerResponse {
  const [, id, items] = /^\/v1\/responses\/([^/?]+)(\/input_items)?/.exec(call.path) ?? [];
  if (id !== undefined) {
    const found = kept.get(id);
    if (found === undefined) return json(response, 404, missing(id));
    if (items !== undefined) return json(response, 200, { object: "list", data: [], has_more: false });
    if (call.method !== "DELETE") return json(response, 200, found);
    kept.delete(id);
    return json(response, 200, { id, object: "response.deleted", deleted: true });
  }
  const { previous_response_id: previous = null, stream, model } = call.body;
  if (previous !== null && !kept.has(String(previous))) return json(response, 400, missing(String(previous)));
  const made = begun(kept.size + 1, model, previous);
  const whole: Kept = { ...made, status: "completed", output: [message(call)], usage: RESPONSE_USAGE };
  kept.set(whole.id, whole);
  if (stream === true) return streamed(call, response, made, whole);
  return json(response, 200, whole);
}

function streamed(call: Received, response: ServerResponse, made: Kept, whole: Kept): ServerResponse {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  let number = 0;
  const say = (type: string, more: object) => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...more })}\n\n`);
    number += 1;
  };
  const item = message(call);
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  say("response.created", { response: made });
  say("response.output_item.added", { output_index: 0, item: { ...item, content: [] } });
  say("response.content_part.added", { ...at, part: { ...item.content[0], text: "" } });
  for (const delta of call.says.answer.split(/(?<= )/)) {
    say("response.output_text.delta", { ...at, delta, logprobs: [] });
    if (call.body.model === "cut-after-first") return response.end();
  }
  say("response.output_text.done", { ...at, text: call.says.answer, logprobs: [] });
  say("response.content_part.done", { ...at, part: item.content[0] });
  say("response.output_item.done", { output_index: 0, item });
  say("response.completed", { response: whole });
  return response.end();
}

function begun(count: number, model: unknown, previous: unknown): Kept {
  return {
    id: `resp_mock${count}`,
    object: "response",
    created_at: 1_760_000_000,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    instructions: null,
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: previous,
    tool_choice: "auto",
    tools: [],
    usage: null,
  };
}

function message(call: Received) {
  const part = { type: "output_text", text: call.says.answer, annotations: [], logprobs: [] };
  return { type: "message", id: "msg_mock", status: "completed", role: "assistant", content: [part] };
}

function missing(id: string): object {
  const message = `Previous response with id '${id}' not found.`;
  return {
    error: { message, type: "invalid_request_error", code: "previous_response_not_found", param: null },
  };
}

function json(response: ServerResponse, status: number, body: object): ServerResponse {
  return response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
