import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiProblem, apiGet, apiSend, onReauthenticationRequired, withParams } from "./client.ts";

const json = (status: number, body: unknown) => Response.json(body, { status });
const problem = (status: number, code: string, more: object = {}) =>
  json(status, { status, code, detail: "Said in words.", requestId: "r-1", ...more });

/** Answers the calls in turn and keeps what was asked. */
function answerWith(...answers: (Response | Error)[]) {
  const asked: { path: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("nothing left to answer");
    return answer;
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  onReauthenticationRequired(null);
});

describe("the browser's way to the management API", () => {
  it("leaves out parameters that are not set and encodes the others", () => {
    expect(withParams("/api/logs", { model: "a/b:c d", q: null, limit: 50, ip: undefined, x: "" })).toBe(
      "/api/logs?model=a%2Fb%3Ac+d&limit=50",
    );
    expect(withParams("/api/keys", {})).toBe("/api/keys");
  });

  it("turns a problem document into a typed error with its fields and request id", async () => {
    answerWith(problem(422, "invalid_fields", { fields: { "budget.amount": "a number is expected" } }));
    const error = await apiGet("/api/keys").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      status: 422,
      code: "invalid_fields",
      message: "Said in words.",
      fields: { "budget.amount": "a number is expected" },
      requestId: "r-1",
    });
  });

  it("says that the server cannot be reached instead of the browser's own words", async () => {
    answerWith(new TypeError("Failed to fetch"));
    await expect(apiGet("/api/keys")).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });

  it("understands an answer that is no problem document", async () => {
    answerWith(new Response("<html>", { status: 502, headers: { "x-request-id": "r-2" } }));
    await expect(apiGet("/api/keys")).rejects.toMatchObject({ status: 502, code: "error", requestId: "r-2" });
  });

  it("asks for the password once and sends the same write again when it was accepted", async () => {
    const asked = answerWith(problem(403, "reauthentication_required"), json(201, { id: "c" }));
    onReauthenticationRequired(async () => true);
    const send = { method: "POST", path: "/api/channels", body: { name: "C" }, idempotencyKey: "k" } as const;
    await expect(apiSend(send)).resolves.toEqual({ id: "c" });
    expect(asked.map(({ init }) => init.body)).toEqual(['{"name":"C"}', '{"name":"C"}']);
    expect(asked.map(({ init }) => new Headers(init.headers).get("idempotency-key"))).toEqual(["k", "k"]);
  });

  it("gives the refusal back when the password was not entered", async () => {
    const asked = answerWith(problem(403, "reauthentication_required"));
    onReauthenticationRequired(async () => false);
    const send = { method: "DELETE", path: "/api/channels/1" } as const;
    await expect(apiSend(send)).rejects.toMatchObject({ code: "reauthentication_required" });
    expect(asked).toHaveLength(1);
  });
});
