import type { UpstreamRequest } from "./provider.ts";
import { type Simulation, wordsOf } from "./simulation.ts";

type Figures = { prompt_tokens: number; completion_tokens: number; cached: number; reasoning: number };

/** A simulated response's id says how large it is: nothing needs to be kept for it to be asked for again. */
const ID = /^resp_sim_([\w-]+?)_(\d{1,8})_(\d{1,8})_(\d{1,12})$/;
const PATH = /^\/responses\/([^/?]+)(\/input_items)?/;

/** Whether it is about Responses of the OpenAI protocol: one to make, or one that was made. */
export const isAboutResponses = ({ path }: UpstreamRequest) => /^\/responses(?:[/?]|$)/.test(path);

/** A whole answer to POST /responses. */
export function asResponse(request: UpstreamRequest, simulation: Simulation): object {
  const followed = following(request, simulation);
  return finished(begun(request, followed), followed);
}

/** The events of a streamed one, faults included: a cut stream simply ends. */
export function asResponseStream(request: UpstreamRequest, asked: Simulation): string[] {
  const simulation = following(request, asked);
  const { fault, chunks, completionTokens } = simulation;
  if (fault === "cut-early" || fault === "empty") return [];
  if (fault === "html") return ["<html>maintenance</html>\n\n"];
  if (fault === "malformed") return ["data: {not json\n\n"];
  const events: string[] = [];
  const say = (type: string, more: object) => {
    const event = { type, sequence_number: events.length, ...more };
    events.push(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const response = begun(request, simulation);
  const { item_id, item, part } = messageOf(simulation);
  const at = { item_id, output_index: 0, content_index: 0 };
  say("response.created", { response });
  say("response.in_progress", { response });
  say("response.output_item.added", {
    output_index: 0,
    item: { ...item, status: "in_progress", content: [] },
  });
  say("response.content_part.added", { ...at, part: { ...part, text: "" } });
  const pieces = Math.min(chunks, Math.max(1, completionTokens));
  for (let i = 0; i < pieces; i += 1) {
    const from = Math.floor((completionTokens * i) / pieces);
    const to = Math.floor((completionTokens * (i + 1)) / pieces);
    say("response.output_text.delta", { ...at, delta: wordsOf(to - from, from), logprobs: [] });
    if (fault === "cut-late" && i >= pieces >> 1) return events;
  }
  say("response.output_text.done", { ...at, text: part.text, logprobs: [] });
  say("response.content_part.done", { ...at, part });
  say("response.output_item.done", { output_index: 0, item });
  const isShort = simulation.finishReason === "length";
  say(isShort ? "response.incomplete" : "response.completed", { response: finished(response, simulation) });
  return events;
}

/** What is answered about a response that was made before: it, or that it is deleted. undefined: there is none such. */
export function aboutResponse(request: UpstreamRequest): object | undefined {
  const [, id = "", items] = PATH.exec(request.path) ?? [];
  const [, name = "", prompt, completion, created] = ID.exec(id) ?? [];
  if (name === "") return undefined;
  if (request.method === "DELETE") return { id, object: "response.deleted", deleted: true };
  if (items !== undefined)
    return { object: "list", data: [], first_id: null, last_id: null, has_more: false };
  const completionTokens = Number(completion);
  const usage = { prompt_tokens: Number(prompt), completion_tokens: completionTokens };
  const made: Simulation = {
    ...{ id: `chatcmpl-sim-${name}`, created: Number(created), model: request.model, stream: false },
    ...{ includeUsage: true, completionTokens, finishReason: "stop", usage },
    ...{ latencyMs: 0, chunks: 1, chunkMs: 0, fault: "" },
  };
  const bare = { ...request, body: Buffer.from("{}") };
  return { ...asResponse(bare, made), id };
}

/** A call that goes on from an earlier response has all of that in its prompt, unless its headers say what it has. */
function following({ body, headers }: UpstreamRequest, simulation: Simulation): Simulation {
  const { previous_response_id: previous } = JSON.parse(Buffer.from(body).toString("utf8"));
  const [, , prompt, completion] = ID.exec(String(previous)) ?? [];
  if (prompt === undefined || headers["x-sim-prompt-tokens"] !== undefined) return simulation;
  const figures = figuresOf(simulation);
  const promptTokens = figures.prompt_tokens + Number(prompt) + Number(completion);
  return { ...simulation, usage: { ...simulation.usage, prompt_tokens: promptTokens } };
}

function begun({ body }: UpstreamRequest, simulation: Simulation): object {
  const request = JSON.parse(Buffer.from(body).toString("utf8"));
  const { prompt_tokens: prompt, completion_tokens: completion } = figuresOf(simulation);
  const { created, model } = simulation;
  return {
    id: `resp_sim_${nameOf(simulation)}_${prompt}_${completion}_${created}`,
    object: "response",
    created_at: created,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: request.previous_response_id ?? null,
    store: request.store !== false,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: request.tools ?? [],
    top_p: 1,
    truncation: "disabled",
    usage: null,
  };
}

function finished(response: object, simulation: Simulation): object {
  const isShort = simulation.finishReason === "length";
  const { prompt_tokens, completion_tokens, cached, reasoning } = figuresOf(simulation);
  return {
    ...response,
    status: isShort ? "incomplete" : "completed",
    incomplete_details: isShort ? { reason: "max_output_tokens" } : null,
    output: [messageOf(simulation).item],
    usage:
      simulation.fault === "no-usage"
        ? null
        : {
            input_tokens: prompt_tokens,
            input_tokens_details: { cached_tokens: cached },
            output_tokens: completion_tokens,
            output_tokens_details: { reasoning_tokens: reasoning },
            total_tokens: prompt_tokens + completion_tokens,
          },
  };
}

function messageOf(simulation: Simulation) {
  const text = wordsOf(simulation.completionTokens, 0);
  const part = { type: "output_text", text, annotations: [], logprobs: [] };
  const item_id = `msg_sim_${nameOf(simulation)}`;
  const item = { type: "message", id: item_id, status: "completed", role: "assistant", content: [part] };
  return { item_id, item, part };
}

const nameOf = ({ id }: Simulation) => id.slice(id.lastIndexOf("sim-") + 4);

function figuresOf({ usage }: Simulation): Figures {
  const said = usage as {
    prompt_tokens: number;
    completion_tokens: number;
    prompt_tokens_details?: { cached_tokens: number };
    completion_tokens_details?: { reasoning_tokens: number };
  };
  return {
    prompt_tokens: said.prompt_tokens,
    completion_tokens: said.completion_tokens,
    cached: said.prompt_tokens_details?.cached_tokens ?? 0,
    reasoning: said.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
