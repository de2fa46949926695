import { describe, expect, it } from "vitest";
import { isRefusal } from "../errors.ts";
import { geminiCount, geminiProtocol } from "./gemini.ts";

const protocol = geminiProtocol({ model: "m", stream: null });
const hello = { contents: [{ role: "user", parts: [{ text: "hi" }] }] };
const bytesOf = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const config = (generationConfig: object) => ({ ...hello, generationConfig });
const parts = (...list: object[]) => ({ contents: [{ role: "user", parts: list }] });

function sentOf(body: object): unknown {
  const call = protocol.read(bytesOf(body));
  if (isRefusal(call)) throw new Error(call.message);
  return JSON.parse(new TextDecoder().decode(protocol.upstreamBody(call, "up", true)));
}

describe("a request to generateContent becomes one to chat", () => {
  it("with names in camel case or with underscores", () => {
    const snake = {
      ...hello,
      system_instruction: { parts: [{ text: "S" }] },
      generation_config: { max_output_tokens: 9 },
    };
    const camel = {
      ...hello,
      systemInstruction: { parts: [{ text: "S" }] },
      generationConfig: { maxOutputTokens: 9 },
    };
    expect(sentOf(snake)).toEqual(sentOf(camel));
    expect(sentOf(camel)).toEqual({
      model: "up",
      messages: [
        { role: "system", content: "S" },
        { role: "user", content: "hi" },
      ],
      max_tokens: 9,
    });
  });

  it("with pictures, given or named", () => {
    const shown = parts(
      { text: "what?" },
      { inline_data: { mime_type: "image/png", data: "QUJD" } },
      { fileData: { fileUri: "https://x.test/a.png", mimeType: "image/png" } },
    );
    expect(sentOf(shown)).toMatchObject({
      messages: [
        {
          content: [
            { type: "text", text: "what?" },
            { image_url: { url: "data:image/png;base64,QUJD" } },
            { image_url: { url: "https://x.test/a.png" } },
          ],
        },
      ],
    });
  });

  it("with several candidates, each as long as it may be", () => {
    const call = protocol.read(bytesOf(config({ candidateCount: 2, maxOutputTokens: 10 })));
    expect(call).toMatchObject({ choices: 2, maxOutputTokens: 20 });
    expect(sentOf(config({ candidateCount: 2, maxOutputTokens: 10 }))).toMatchObject({
      n: 2,
      max_tokens: 10,
    });
  });

  it("with a schema for the answer, its types as JSON Schema writes them", () => {
    const responseSchema = { type: "OBJECT", properties: { type: { type: "STRING" } } };
    expect(sentOf(config({ responseMimeType: "application/json", responseSchema }))).toMatchObject({
      response_format: {
        json_schema: { schema: { type: "object", properties: { type: { type: "string" } } } },
      },
    });
    expect(sentOf(config({ responseMimeType: "application/json" }))).toMatchObject({
      response_format: { type: "json_object" },
    });
  });

  it("with answers of functions given to the calls that they answer, by name in turn", () => {
    const call = { functionCall: { name: "f", args: { a: 1 } } };
    const answer = (n: number) => ({ functionResponse: { name: "f", response: { n } } });
    const contents = [
      ...hello.contents,
      { role: "model", parts: [call, call] },
      { role: "user", parts: [answer(1), answer(2)] },
    ];
    expect(sentOf({ contents })).toMatchObject({
      messages: [
        {},
        { role: "assistant", content: null, tool_calls: [{ id: "call_0" }, { id: "call_1" }] },
        { role: "tool", tool_call_id: "call_0", content: '{"n":1}' },
        { role: "tool", tool_call_id: "call_1", content: '{"n":2}' },
      ],
    });
  });

  it.each([
    ["contents", { contents: [] }, "invalid_request"],
    ["contents[0].role", { contents: [{ role: "system", parts: [] }] }, "invalid_request"],
    [
      "contents[0].parts[0].inlineData",
      parts({ inlineData: { mimeType: "audio/wav", data: "" } }),
      "unsupported_field",
    ],
    ["contents[0].parts[0].functionResponse", parts({ functionResponse: { name: "g" } }), "invalid_request"],
    ["generationConfig.topK", config({ topK: 3 }), "unsupported_field"],
    [
      "generationConfig.thinkingConfig",
      config({ thinkingConfig: { thinkingBudget: 100 } }),
      "unsupported_field",
    ],
    ["generationConfig.responseModalities", config({ responseModalities: ["IMAGE"] }), "unsupported_field"],
    ["tools[0].googleSearch", { ...hello, tools: [{ google_search: {} }] }, "unsupported_field"],
    ["cachedContent", { ...hello, cachedContent: "c" }, "unsupported_field"],
    [
      "safetySettings",
      { ...hello, safetySettings: [{ category: "X", threshold: "BLOCK_LOW_AND_ABOVE" }] },
      "unsupported_field",
    ],
  ])("or is refused by its field: %s", (param, body, code) => {
    expect(protocol.read(bytesOf(body))).toMatchObject({ refused: true, code, param });
  });

  it("to be counted, may be a whole request", () => {
    const counted = geminiCount("m").read(
      bytesOf({ generateContentRequest: { model: "models/m", ...hello } }),
    );
    expect(counted).toMatchObject({ model: "m", prompt: { texts: ["hi"] } });
  });
});
