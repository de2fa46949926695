import { describe, expect, it } from "vitest";
import { isRefusal } from "../errors.ts";
import type { Call } from "./call.ts";
import { chat } from "./chat.ts";
import { images } from "./images.ts";

const bytesOf = (body: unknown) =>
  new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
const ask = { model: "m", messages: [{ role: "user", content: "hi" }] };

function read(body: object | string): Call {
  const call = chat.read(bytesOf(body));
  if (isRefusal(call)) throw new Error(call.message);
  return call;
}
const sentOf = (body: object | string) => new TextDecoder().decode(chat.upstreamBody(read(body), "m", true));

describe("a chat that says one thing to us and another to its upstream", () => {
  it.each([
    ["model", { ...ask, Model: "dear" }],
    ["n", { ...ask, N: 100 }],
    ["max_tokens", { ...ask, Max_Tokens: 100_000 }],
    ["max_tokens", { ...ask, "max_token\u017f": 100_000 }],
    ["stream_options", { ...ask, stream: true, STREAM_OPTIONS: { include_usage: false } }],
  ])("is refused: %s in other letters", (name, body) => {
    const refused = chat.read(bytesOf(body));
    expect(refused).toMatchObject({ refused: true, code: "invalid_request" });
    expect(isRefusal(refused) && refused.message).toMatch(
      new RegExp(`(field is written "${name}")|(stands twice)`),
    );
  });

  it.each(["models", "fallbacks", "api_base", "user_config", "Models"])(
    "is refused: %s leads elsewhere",
    (name) => {
      for (const protocol of [chat, images])
        expect(protocol.read(bytesOf({ ...ask, prompt: "a fox", [name]: ["dear"] }))).toMatchObject({
          refused: true,
        });
    },
  );

  it("is refused where it asks for a dearer tier than is sold, and taken where it does not", () => {
    expect(chat.read(bytesOf({ ...ask, service_tier: "priority" }))).toMatchObject({
      ...{ refused: true, code: "unsupported_field", param: "service_tier" },
    });
    for (const service_tier of [null, "auto", "default", "flex"])
      expect(read({ ...ask, service_tier })).toMatchObject({ model: "m" });
  });

  it("has the larger of its two limits held, whichever upstream knows", () => {
    const limits = [
      { max_tokens: 5_000, max_completion_tokens: 1 },
      { max_tokens: 1, max_completion_tokens: 5_000 },
    ];
    for (const limit of limits) expect(read({ ...ask, ...limit, n: 2 }).maxOutputTokens).toBe(10_000);
  });

  it("cannot hide the figures of its stream behind a second wish", () => {
    const asked = (options: string) =>
      sentOf(`{"model":"m","messages":[{}],"stream":true,"stream_options":${options}}`);
    expect(asked('{ "include_usage" : true }')).toContain('"stream_options":{ "include_usage" : true }');
    for (const options of [
      '{"include_usage":false,"include_usage":true}',
      '{"include_usage":true,"Include_Usage":false}',
      '{"include_usage":false}',
    ])
      expect(asked(options)).toContain('"stream_options":{"include_usage":true}');
    expect(asked('{"include_usage":true,"chunk_size":5}')).toContain('{"chunk_size":5,"include_usage":true}');
  });

  it("has all of its prompt held, by whatever name it goes", () => {
    const long = "word ".repeat(2_000);
    const tool = {
      type: "function",
      function: { parameters: { properties: { image_url: { description: long } } } },
    };
    const held = (body: object) => read({ ...ask, ...body }).prompt.textBytes;
    expect(held({ tools: [tool] })).toBeGreaterThan(10_000);
    expect(held({ messages: [{ role: long, content: "hi" }] })).toBeGreaterThan(10_000);
  });
});

describe("figures that no call can have", () => {
  it.each([
    [{ max_tokens: 0 }, "max_tokens"],
    [{ max_tokens: -1 }, "max_tokens"],
    [{ max_tokens: 1e30 }, "max_tokens"],
    [{ max_completion_tokens: "9" }, "max_completion_tokens"],
    [{ n: 1000 }, "n"],
    [{ n: 0 }, "n"],
    [{ stream: "true" }, "stream"],
    [{ stream_options: [] }, "stream_options"],
  ])("%j", (body, param) => {
    expect(chat.read(bytesOf({ ...ask, ...body }))).toMatchObject({
      refused: true,
      code: "invalid_request",
      param,
    });
  });
  it("or names that every object has", () => {
    const call = read(
      '{"model":"m","messages":[{"role":"user","content":"hi"}],"__proto__":{"n":100,"stream":true}}',
    );
    expect(call).toMatchObject({ choices: 1, stream: false });
  });
});
