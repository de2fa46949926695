import type { UpstreamRequest } from "./provider.ts";
import { type Simulation, wordsOf } from "./simulation.ts";

/** It is made on the event loop: of a long query and of long documents the beginning counts. */
const MOST_WORDS = 32;
const READ_CHARACTERS = 1_000;

/**
 * The answer to a call for a ranking: a document scores by how many of the query's words it has, its place decides between
 * equals. With `return_documents` they come with it.
 */
export function asRanking({ body, model }: UpstreamRequest, simulation: Simulation): object {
  const { query, documents, top_n: most, return_documents: wantsThem } = bodyOf(body);
  const words = wordsIn(query).slice(0, MOST_WORDS);
  const ranked = (Array.isArray(documents) ? documents : [])
    .map((document: unknown, index) => {
      const text = textOf(document);
      const own = new Set(wordsIn(text.slice(0, READ_CHARACTERS)));
      const found = words.filter((word) => own.has(word)).length;
      const score = { index, relevance_score: words.length === 0 ? 0 : found / words.length };
      return wantsThem === true ? { ...score, document: { text } } : score;
    })
    .sort((left, right) => right.relevance_score - left.relevance_score || left.index - right.index);
  const results = typeof most === "number" ? ranked.slice(0, most) : ranked;
  return { id: simulation.id, model, results, ...usageOf(simulation) };
}

/** Of all that is asked for: it is made on the event loop. */
const MOST_CHOICES = 128;
const MOST_WORDS_IN_ALL = 10_000_000;

/** The answer to a call for completions: as many words as tokens for each prompt and choice, behind the prompt with `echo`. */
export function asCompletion(request: UpstreamRequest, simulation: Simulation): object {
  const echoes = echoesOf(request);
  const words = wordsOf(wordsOfEach(simulation, echoes.length), 0);
  const choices = echoes.map((echo, index) => ({
    index,
    text: `${echo}${words}`,
    logprobs: null,
    finish_reason: simulation.finishReason,
  }));
  const usage = simulation.fault === "no-usage" ? {} : { usage: usageOfAll(simulation, choices.length) };
  return { ...frameOf(simulation), choices, ...usage };
}

/** The same as events, one choice after the other; faults are those of a chat's stream. */
export function asCompletionStream(request: UpstreamRequest, simulation: Simulation): string[] {
  const { fault, chunks, finishReason } = simulation;
  if (fault === "cut-early" || fault === "empty") return [];
  if (fault === "html") return ["<html>maintenance</html>\n\n"];
  if (fault === "malformed") return ["data: {not json\n\n"];
  const echoes = echoesOf(request);
  const words = wordsOfEach(simulation, echoes.length);
  const pieces = Math.max(1, Math.min(chunks, words));
  const events: string[] = [];
  const say = (index: number, text: string, finish: string | null) =>
    events.push(
      event({ ...frameOf(simulation), choices: [{ index, text, logprobs: null, finish_reason: finish }] }),
    );
  for (const [index, echo] of echoes.entries()) {
    if (echo !== "") say(index, echo, null);
    for (let i = 0; i < pieces; i += 1) {
      const from = Math.floor((words * i) / pieces);
      say(index, wordsOf(Math.floor((words * (i + 1)) / pieces) - from, from), null);
      if (fault === "cut-late" && i >= pieces >> 1) return events;
    }
    say(index, "", finishReason);
  }
  if (simulation.includeUsage && fault !== "no-usage")
    events.push(event({ ...frameOf(simulation), choices: [], usage: usageOfAll(simulation, echoes.length) }));
  events.push("data: [DONE]\n\n");
  return events;
}

/** What stands before the text of each choice: its prompt, or nothing. */
function echoesOf({ body }: UpstreamRequest): string[] {
  const { prompt, echo, n } = bodyOf(body);
  const prompts: unknown[] = Array.isArray(prompt) && typeof prompt[0] !== "number" ? prompt : [prompt];
  const each = typeof n === "number" ? n : 1;
  return Array.from({ length: Math.min(prompts.length * each, MOST_CHOICES) }, (_, at) => {
    const own = prompts[Math.floor(at / each)];
    return echo === true ? String(own) : "";
  });
}

const wordsOfEach = ({ completionTokens }: Simulation, choices: number) =>
  Math.min(completionTokens, Math.floor(MOST_WORDS_IN_ALL / choices));

function usageOfAll(simulation: Simulation, choices: number): object {
  const { usage } = simulation;
  const prompt = "prompt_tokens" in usage ? Number(usage.prompt_tokens) : 0;
  const completion = wordsOfEach(simulation, choices) * choices;
  return { ...usage, completion_tokens: completion, total_tokens: prompt + completion };
}

function frameOf({ id, created, model }: Simulation): object {
  return { id: id.replace("chatcmpl", "cmpl"), object: "text_completion", created, model };
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;

const CATEGORIES = ["harassment", "hate", "illicit", "self-harm", "sexual", "violence"];

/** The answer to a call for a moderation: flagged is what has the name of a category in it. The parts of a list are one input. */
export function asModeration({ body, model }: UpstreamRequest, { id }: Simulation): object {
  const { input } = bodyOf(body);
  const ofTexts = Array.isArray(input) && typeof input[0] === "string";
  const results = (ofTexts ? input : [input]).map((one: unknown) => {
    const text = JSON.stringify(one).toLowerCase();
    const found = CATEGORIES.map((name) => [name, text.includes(name)] as const);
    return {
      flagged: found.some(([, isFound]) => isFound),
      categories: Object.fromEntries(found),
      category_scores: Object.fromEntries(found.map(([name, isFound]) => [name, isFound ? 0.99 : 0.01])),
    };
  });
  return { id: id.replace("chatcmpl", "modr"), model, results };
}

function bodyOf(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(body).toString("utf8"));
}

const textOf = (document: unknown): string =>
  String(typeof document === "object" && document !== null && "text" in document ? document.text : document);

const wordsIn = (text: unknown): string[] =>
  String(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** What went in, unless it is not to be said. */
function usageOf({ fault, usage }: Simulation): object {
  const said = "prompt_tokens" in usage ? usage.prompt_tokens : 0;
  return fault === "no-usage" ? {} : { usage: { prompt_tokens: said, total_tokens: said } };
}
