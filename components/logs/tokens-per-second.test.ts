import { expect, test } from "vitest";
import { tokensPerSecond } from "./tokens-per-second.ts";

const call = { stream: true, firstTokenMs: 400, latencyMs: 2_400, completionTokens: 108 };

test("the speed of a stream counts from its first token", () => {
  expect(tokensPerSecond(call)).toBe(54);
  expect(tokensPerSecond({ ...call, completionTokens: 5 })).toBe(2.5);
});

test.each([
  ["was not streamed", { stream: false }],
  ["never began", { firstTokenMs: null }],
  ["said nothing", { completionTokens: 0 }],
  ["came at once", { latencyMs: 400 }],
])("a call that %s has no speed", (_, change) => {
  expect(tokensPerSecond({ ...call, ...change })).toBeNull();
});
