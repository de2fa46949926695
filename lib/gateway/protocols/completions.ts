import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { estimatePromptTokens, type PromptParts } from "../estimate-prompt.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject } from "./call.ts";
import { upstreamChatBody } from "./chat.ts";
import { inputsOf, partsOf } from "./embeddings.ts";
import { asObject, generatedTexts, isPossible, readOpenAiUsage } from "./openai-usage.ts";
import { meantInCompletions, unsoldIn } from "./passed.ts";

const MOST_CHOICES = 128;
const MOST_TOKENS = 100_000_000;

/** /v1/completions: a text goes on, where a chat is answered. */
export const completions: Protocol = {
  upstreamPath: "/completions",
  // Models that go on with texts chat as well, or do not: upstreams that have the one path may lack the other.
  isOptional: true,
  read: readCompletionCall,
  upstreamBody: upstreamChatBody,
  readAnswer({ choices, usage }, { echoes, asksForNothing }) {
    if (!Array.isArray(choices) || !choices.some(hasText)) return undefined;
    const texts = () => choices.flatMap(generatedTexts);
    const said = readOpenAiUsage(usage);
    const hasGenerated = said?.completionTokens === 0 && texts().length > 0;
    // What only says the prompt again has generated nothing.
    const isEcho = echoes !== undefined && asksForNothing === true;
    const isTrue = said !== undefined && isPossible(said, hasGenerated && !isEcho);
    return { usage: isTrue ? said : undefined, texts };
  },
};

const hasText = (choice: unknown) => typeof asObject(choice)?.text === "string";

function readCompletionCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInCompletions);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const prompt = partsOf(body.prompt);
  if (typeof body.model !== "string" || body.model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (prompt === undefined) return refuse("invalid_request", NEEDS_PROMPT, "prompt");
  const problem = findProblem(body) ?? unsoldIn(body);
  if (problem !== undefined) return problem;
  const prompts = inputsOf(body.prompt).length;
  if (typeof body.suffix === "string") addSuffix(prompt, body.suffix, prompts);
  const n = numberOf(body.n) || 1;
  const choices = prompts * Math.max(n, numberOf(body.best_of));
  // Upstreams know the one or the other: what is held must do for either.
  const limit = Math.max(numberOf(body.max_tokens), numberOf(body.max_completion_tokens));
  const stream = body.stream === true;
  const echoed = stream && body.echo === true ? estimatePromptTokens(prompt) * n : 0;
  const streamOptions = isObject(body.stream_options) ? body.stream_options : {};
  const call: Call = {
    protocol: completions,
    model: body.model,
    stream,
    // A limit of 0 is none to some upstreams. What a stream says again is watched like what it generates.
    maxOutputTokens: limit > 0 ? limit * choices + echoed : null,
    choices,
    images: 0,
    wantsUsage: "include_usage" in streamOptions && streamOptions.include_usage === true,
    streamOptions,
    cacheKey: undefined,
    prompt,
    bytes,
    scan,
  };
  if (body.max_tokens === 0) call.asksForNothing = true;
  if (body.echo === true) call.echoes = n;
  return call;
}

const NEEDS_PROMPT =
  "prompt: a text, a list of tokens, or a list of 1 to 2048 of them is expected, none of them empty.";
const numberOf = (value: unknown) => (typeof value === "number" ? value : 0);

/** What each prompt is to lead to is read with it. */
function addSuffix(prompt: PromptParts, suffix: string, prompts: number): void {
  for (let i = 0; i < prompts; i += 1) prompt.texts.push(suffix);
  prompt.textBytes += Buffer.byteLength(suffix) * prompts;
}

function findProblem(body: Record<string, unknown>): Refusal | undefined {
  const wrong = (name: string, expected: string) => refuse("invalid_request", `${name}: ${expected}.`, name);
  for (const name of ["stream", "echo"]) {
    if (!isAbsent(body[name]) && typeof body[name] !== "boolean")
      return wrong(name, "true or false is expected");
  }
  if (!isAbsent(body.stream_options) && !isObject(body.stream_options))
    return wrong("stream_options", "an object is expected");
  if (!isAbsent(body.suffix) && typeof body.suffix !== "string") return wrong("suffix", "a text is expected");
  for (const name of ["max_tokens", "max_completion_tokens"]) {
    if (!isAbsent(body[name]) && !isWhole(body[name], 0, MOST_TOKENS))
      return wrong(name, "a whole number of at least 0 is expected");
  }
  for (const name of ["n", "best_of"]) {
    if (!isAbsent(body[name]) && !isWhole(body[name], 1, MOST_CHOICES))
      return wrong(name, `a whole number from 1 to ${MOST_CHOICES} is expected`);
  }
  if (isAbsent(body.prompt_embeds)) return undefined;
  const told = "prompt_embeds: what is no text cannot be counted, leave it out.";
  return refuse("unsupported_field", told, "prompt_embeds");
}
