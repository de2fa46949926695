import { describe, expect, it } from "vitest";
import { countTokens } from "./count-tokens.ts";

describe("counting tokens", () => {
  it("agrees with the published tokenizer on known texts", async () => {
    // "hello world" and "tiktoken is great!" are 2 and 6 tokens in o200k_base (OpenAI's cookbook).
    expect(await countTokens(["hello world"])).toBe(2);
    expect(await countTokens(["tiktoken is great!"])).toBe(6);
    expect(await countTokens(["", "hello world", "hello world"])).toBe(4);
  });

  it("takes text that looks like a control token as text", async () => {
    expect(await countTokens(["<|endoftext|>"])).toBeGreaterThan(1);
  });

  it("counts all of a long text, whatever its runs", async () => {
    const words = "the quick brown fox ".repeat(20_000);
    const counted = await countTokens([words], (piece) => piece.length);
    expect(counted).toBe(words.length);
    const run = "x".repeat(100_000);
    expect(await countTokens([run], (piece) => piece.length)).toBe(run.length);
  });

  it.each([
    ["word", "a".repeat(50_000)],
    ["space", " ".repeat(50_000)],
    ["space before a word", `${" ".repeat(50_000)}word`],
    ["blank", "\n".repeat(50_000)],
  ])("is not slowed down by one endless %s", async (_, text) => {
    let longest = 0;
    await countTokens([text], (piece) => {
      longest = Math.max(longest, piece.length);
      return 1;
    });
    expect(longest).toBeLessThanOrEqual(256);
  });
});
