import { expect, it } from "vitest";
import { readResponseHead } from "./response-head.ts";

const head = (...fields: string[]) => readResponseHead(["HTTP/1.1 200 OK", ...fields, "", ""].join("\r\n"));

it("says what a gateway asks of an answer", () => {
  const fields = [
    "Content-Type: Application/JSON; charset=UTF-8",
    "content-encoding: GZIP",
    "Retry-After: 7",
  ];
  expect(head(...fields, "Set-Cookie: a=b")).toMatchObject({
    status: 200,
    contentType: "application/json; charset=utf-8",
    contentEncoding: "gzip",
    retryAfter: "7",
  });
  expect(head()).toMatchObject({ contentType: "", contentEncoding: "", retryAfter: undefined });
});

it("takes the first of a field that comes twice", () => {
  expect(head("Content-Type: a/b", "Content-Type: c/d").contentType).toBe("a/b");
});

it.each([
  ["nothing is said", [], undefined],
  ["upstream says how long", ["Keep-Alive: timeout=5, max=100"], 3_000],
  ["upstream says too short a time", ["Keep-Alive: timeout=2"], 0],
  ["upstream closes it", ["Connection: close"], 0],
  ["upstream closes it, in a list", ["Connection: Keep-Alive", "Connection: x-y, Close"], 0],
  ["upstream keeps it", ["Connection: keep-alive"], undefined],
])("knows how long a connection can be used again: %s", (_, fields, ms) => {
  expect(head(...fields).reusableMs).toBe(ms);
});

it("does not use a connection of HTTP/1.0 again", () => {
  expect(readResponseHead("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").reusableMs).toBe(0);
});
