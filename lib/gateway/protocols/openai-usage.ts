import { noUsage, type Usage } from "#lib/pricing/usage";

/**
 * Reads an OpenAI usage object into counts; undefined when there is none or its totals are no counts (the call is counted then).
 * Cached, audio and reasoning tokens are parts of the totals. Providers that report reasoning beside the completion
 * (their total_tokens says so) have it added, so that nothing generated goes unbilled.
 */
export function readOpenAiUsage(raw: unknown): Usage | undefined {
  const usage = asObject(raw);
  const promptTokens = count(usage?.prompt_tokens);
  if (usage === undefined || promptTokens === undefined) return undefined;
  const prompt = asObject(usage.prompt_tokens_details) ?? {};
  const completion = asObject(usage.completion_tokens_details) ?? {};
  const reasoningTokens = count(completion.reasoning_tokens) ?? 0;
  const isSaid = usage.completion_tokens !== undefined && usage.completion_tokens !== null;
  let completionTokens = isSaid ? count(usage.completion_tokens) : 0;
  if (completionTokens === undefined) return undefined;
  if (
    reasoningTokens > 0 &&
    count(usage.total_tokens) === promptTokens + completionTokens + reasoningTokens
  ) {
    completionTokens += reasoningTokens;
  }
  const cacheRead =
    count(prompt.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? count(usage.cached_tokens);
  return {
    ...noUsage,
    promptTokens,
    completionTokens,
    cacheReadTokens: Math.min(cacheRead ?? 0, promptTokens),
    audioInputTokens: Math.min(count(prompt.audio_tokens) ?? 0, promptTokens),
    imageInputTokens: Math.min(count(prompt.image_tokens) ?? 0, promptTokens),
    audioOutputTokens: Math.min(count(completion.audio_tokens) ?? 0, completionTokens),
    imageOutputTokens: Math.min(count(completion.image_tokens) ?? 0, completionTokens),
    reasoningTokens: Math.min(reasoningTokens, completionTokens),
    calls: 1,
  };
}

/** Whether figures can be true of a call with a prompt, that generated something or nothing. */
export function isPossible({ promptTokens, completionTokens }: Usage, hasGenerated: boolean): boolean {
  return promptTokens > 0 && (completionTokens > 0 || !hasGenerated);
}

/** The text that a choice (of a whole answer or of one event) carries, in all the fields that are generated tokens. */
export function generatedTexts(choice: unknown): string[] {
  const outer = asObject(choice);
  const message = asObject(outer?.delta) ?? asObject(outer?.message);
  // A completion's, which is a text and no message.
  if (message === undefined) return textOf(outer?.text);
  const texts = [message.content, message.reasoning_content, message.reasoning, message.refusal].flatMap(
    textOf,
  );
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  for (const call of [...calls.map((c) => asObject(c)?.function), message.function_call]) {
    const f = asObject(call);
    texts.push(...textOf(f?.name), ...textOf(f?.arguments));
  }
  return texts;
}

function textOf(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  // One level: parts within parts mean nothing, and as deep as an upstream likes they would use up the stack.
  if (!Array.isArray(value)) return [];
  return value.flatMap((part) => {
    const text = asObject(part)?.text;
    return typeof text === "string" && text !== "" ? [text] : [];
  });
}

/** More is no count but a fault: no model reads or writes so much in one call. */
const MOST_TOKENS = 1_000_000_000;

function count(value: unknown): number | undefined {
  const isCount = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS;
  return isCount ? value : undefined;
}

/** What went in, of figures of calls that make no tokens, under any of the names that it has there; 0: they say nothing of it. */
export function inputTokens(raw: unknown): number {
  const { prompt_tokens, total_tokens, input_tokens } = asObject(raw) ?? {};
  return count(prompt_tokens) || count(total_tokens) || count(input_tokens) || 0;
}

/** Undefined for anything but a JSON object, null and lists too: an upstream's answer may have any shape. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
