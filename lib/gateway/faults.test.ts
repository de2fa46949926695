import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { faultRow, faultTable, isFaultClass } from "./fault-table.ts";
import { faultOfClass, faultOfErrorBody, faultOfStatus, retryAfterMs } from "./faults.ts";

const NOW = Date.parse("2026-11-22T03:00:00Z");
const json = { contentType: "application/json" };
const html = { contentType: "text/html; charset=utf-8" };
const classOf = (status: number, error: object | string, headers: { contentType: string } = json) =>
  faultOfStatus(status, headers, typeof error === "string" ? error : JSON.stringify({ error }), NOW)
    .errorClass;

describe("what an upstream's refusal means", () => {
  it.each([
    [400, { message: "bad temperature", code: "bad_value" }, "bad_request"],
    [413, {}, "bad_request"],
    [422, {}, "bad_request"],
    [401, { message: "Incorrect API key provided: sk-…" }, "bad_credential"],
    [402, {}, "quota_exhausted"],
    [403, { message: "not in your region" }, "forbidden"],
    [404, { message: "The model `x` does not exist", code: "model_not_found" }, "model_missing"],
    [408, {}, "upstream_timeout"],
    [409, {}, "unexpected_status"],
    [429, { message: "slow down" }, "rate_limited"],
    [500, {}, "server_error"],
    [502, {}, "server_error"],
    [503, {}, "overloaded"],
    [504, {}, "upstream_timeout"],
    [529, { type: "overloaded_error" }, "overloaded"],
  ])("goes by the status: %i", (status, error, expected) => {
    expect(classOf(status, error)).toBe(expected);
  });

  it.each([
    ["OpenAI's empty purse under 429", 429, { code: "insufficient_quota" }, "quota_exhausted"],
    [
      "Anthropic's under 400",
      400,
      { message: "Your credit balance is too low to access the API" },
      "quota_exhausted",
    ],
    ["DashScope's arrears under 403", 403, { code: "Arrearage" }, "quota_exhausted"],
    [
      "Gemini's bad key under 400",
      400,
      { message: "API key not valid. Please pass a valid API key." },
      "bad_credential",
    ],
    ["an unknown model under 400", 400, { code: "model_not_found" }, "model_missing"],
    ["a long prompt by code", 400, { code: "context_length_exceeded" }, "context_length"],
    [
      "a long prompt by words",
      400,
      { message: "prompt is too long: 210000 tokens > 200000 maximum" },
      "context_length",
    ],
    ["a long prompt under 413", 413, { message: "input is too long for requested model" }, "context_length"],
    ["Azure's filter", 400, { code: "content_filter" }, "content_policy"],
    ["DashScope's inspection", 400, { code: "data_inspection_failed" }, "content_policy"],
    ["a 403 for content", 403, { code: "content_policy_violation" }, "content_policy"],
    ["overload under 429", 429, { type: "engine_overloaded_error" }, "overloaded"],
    ["overload under 500", 500, { message: "The engine is currently overloaded" }, "overloaded"],
  ])("goes by what it says before its status: %s", (_, status, error, expected) => {
    expect(classOf(status, error)).toBe(expected);
  });

  it.each([
    ["a path that FastAPI does not have", 404, { detail: "Not Found" }, "path_missing"],
    ["one that takes no POST", 405, "", "path_missing"],
    ["one that is not built", 501, {}, "path_missing"],
    ["a credential that is not for it", 401, { message: "Missing scopes: api.x.write" }, "path_missing"],
    ["an unknown model at it", 404, { message: "The model `x` does not exist" }, "model_missing"],
    ["a credential that is none", 401, {}, "bad_credential"],
  ])("tells a missing path from a missing model: %s", (_, status, error, expected) => {
    const body = typeof error === "string" ? error : JSON.stringify({ error });
    expect(faultOfStatus(status, json, body, NOW, true).errorClass).toBe(expected);
    const atChat = faultOfStatus(status, json, body, NOW).errorClass;
    expect(atChat).not.toBe("path_missing");
  });

  it("knows a proxy's page for a path that is not there, and a model that is not for chats", () => {
    expect(faultOfStatus(404, html, "<html>404</html>", NOW, true).errorClass).toBe("path_missing");
    const message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint.";
    expect(classOf(404, { message, param: "model", code: null })).toBe("path_missing");
    expect(faultOfClass("path_missing").refusal.message).toContain("answers calls of this kind");
  });

  it("knows a firewall's page from an answer", () => {
    const page = "<html><h1>Attention required</h1></html>";
    expect(classOf(403, page, html)).toBe("upstream_blocked");
    expect(classOf(400, page, html)).toBe("html_answer");
    expect(classOf(502, page, html)).toBe("server_error");
    expect(faultOfStatus(403, html, page, NOW).refusal).toMatchObject({
      status: 502,
      code: "upstream_blocked",
    });
  });

  it("reads the error in a 200's body, or a stream's first event", () => {
    expect(faultOfErrorBody({ error: { code: "rate_limit_exceeded" } }, "malformed").errorClass).toBe(
      "rate_limited",
    );
    expect(faultOfErrorBody({ error: { type: "overloaded_error" } }, "error_event").errorClass).toBe(
      "overloaded",
    );
    expect(faultOfErrorBody({ error: "boom" }, "error_event").errorClass).toBe("error_event");
  });
});

describe("what the client sees", () => {
  it("is upstream's own sentence only for faults of the request", () => {
    const error = {
      message: "bad temperature",
      type: "invalid_request_error",
      code: "bad_value",
      param: "temperature",
    };
    expect(faultOfStatus(400, json, JSON.stringify({ error }), NOW).refusal).toMatchObject({
      status: 400,
      message: "bad temperature",
      param: "temperature",
      upstreamCode: "bad_value",
    });
    const secret = { message: "Incorrect API key provided: sk-up-secret" };
    for (const status of [401, 402, 403, 404, 429, 500, 503]) {
      const { refusal } = faultOfStatus(status, json, JSON.stringify({ error: secret }), NOW);
      expect(refusal).toMatchObject({ status: 502, code: "upstream_error" });
      expect(refusal.message).not.toContain("sk-up-secret");
    }
  });

  it("is never a 401 that is not about the client's own key, nor a 429 that is not about its limits", () => {
    for (const errorClass of Object.keys(faultTable)) {
      expect([499, 502, 503, 504]).toContain(faultOfClass(errorClass).refusal.status);
    }
  });
});

it("stands in docs/channels.md as it is in force", async () => {
  const text = await readFile("docs/channels.md", "utf8");
  const rows = Object.keys(faultTable).filter(isFaultClass).map(faultRow);
  expect(rows.filter((row) => !text.includes(`${row}\n`))).toEqual([]);
});

describe("Retry-After", () => {
  it.each([
    ["3", 3_000],
    ["1.5", 1_500],
    ["Sun, 22 Nov 2026 03:00:20 GMT", 20_000],
    ["Sun, 22 Nov 2026 02:00:00 GMT", 0],
    ["soon", 0],
    [undefined, 0],
  ])("%s is %i ms", (text, expected) => {
    expect(retryAfterMs(text, NOW)).toBe(expected);
  });
});
