import { describe, expect, it } from "vitest";
import { readOpenAiUsage } from "./openai-usage.ts";

describe("reading an OpenAI usage object", () => {
  it.each([
    ["plain", { prompt_tokens: 5, completion_tokens: 3 }, { promptTokens: 5, completionTokens: 3, calls: 1 }],
    [
      "cached and reasoning parts",
      {
        prompt_tokens: 50,
        completion_tokens: 30,
        prompt_tokens_details: { cached_tokens: 40 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      { promptTokens: 50, cacheReadTokens: 40, completionTokens: 30, reasoningTokens: 20 },
    ],
    [
      "DeepSeek's cache hits",
      { prompt_tokens: 50, completion_tokens: 1, prompt_cache_hit_tokens: 30 },
      { cacheReadTokens: 30 },
    ],
    [
      "reasoning beside the completion, as total_tokens says",
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 115,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { completionTokens: 105, reasoningTokens: 100 },
    ],
    [
      "parts above their total",
      { prompt_tokens: 5, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 9 } },
      { cacheReadTokens: 5 },
    ],
    ["no completion (nothing generated)", { prompt_tokens: 5 }, { promptTokens: 5, completionTokens: 0 }],
  ])("%s", (_, raw, expected) => {
    expect(readOpenAiUsage(raw)).toMatchObject(expected);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [[]],
    [{ prompt_tokens: -1 }],
    [{ prompt_tokens: 1.5 }],
    [{ prompt_tokens: "5" }],
    [{ prompt_tokens: 5, completion_tokens: -3 }],
    [{ prompt_tokens: 5, completion_tokens: 2.5 }],
    [{ prompt_tokens: 5, completion_tokens: 1e15 }],
    [{ prompt_tokens: 1e300, completion_tokens: 1 }],
  ])("%j is no usage", (raw) => {
    expect(readOpenAiUsage(raw)).toBeUndefined();
  });
});
