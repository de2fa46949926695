import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "#lib/runtime/log";
import { setSingleton } from "#lib/runtime/singletons";
import { call, closePlaces, echo, type Gateway, LAST, place, RawClient } from "./testing.ts";

setSingleton("log", createLog("silent", process.stdout));
afterEach(closePlaces);

/** Answers in all the ways in which the gateway does. */
const gateway: Gateway = async (incoming) => {
  if (incoming.target === "/v1/fails") throw new Error("canary");
  if (incoming.target === "/v1/large")
    return { status: 429, headers: { "retry-after": "2" }, body: Buffer.alloc(300_000, "é") };
  if (incoming.target !== "/v1/stream") return echo(incoming);
  const parts = ["one", "", "two", "three"];
  const next = () => ({ bytes: Buffer.from(parts.shift() ?? ""), last: parts.length === 0 });
  return { status: 200, headers: { "x-a": "b" }, body: { next, whenReady() {}, abandon: async () => {} } };
};

/** What a client hears of these bytes, alone on a connection and behind a plain call, and who served them. */
async function conversation(bytes: string, front: boolean) {
  const { port, servedBy } = await place(gateway, { front });
  const alone = await new RawClient(port).say(bytes + LAST).all();
  const aloneBy = servedBy.splice(0);
  const client = new RawClient(port).say(call("first"));
  await client.hear(/"body":"first"/);
  const behind = await client.say(bytes + LAST).all();
  return { heard: { alone, behind }, aloneBy, behindBy: servedBy };
}

const PLAIN: [string, string][] = [
  ["a call", call("abc")],
  ["a call that says keep-alive", call("abc", "Connection: Keep-Alive\r\n")],
  ["a call without a body", call("")],
  ["names in capitals, space around values", call("abc", "X-B:  \t b\tc  \r\nX-Empty:\r\nUSER-AGENT: z\r\n")],
  ["a query", call("abc", "", "/v1beta/models/gemini-2.5:generateContent?key=a//b%20/../c")],
  ["a path in another form", call("abc", "", "/api/..//%76%31/x")],
  ["a peer that the client claims", call("abc", "x-tollgate-peer: abc;6.6.6.6\r\n")],
  ["every byte in a body", call(String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte)))],
  ["64 KB", call("x".repeat(64 << 10))],
  ["two calls at once", call("abc") + call("defg")],
  ["a fault of the gateway", call("abc", "", "/v1/fails")],
  ["a large answer", call("abc", "", "/v1/large")],
  ["a stream", call("abc", "", "/v1/stream")],
];

const head = (...lines: string[]) => `POST /v1/x HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
const manyFields = Array.from({ length: 70 }, (_, index) => `x-${index}: a\r\n`).join("");

/** Served by node:http, each for another reason; the three bytes behind the head are a body, or another request's begin. */
const NOT_PLAIN: [string, string][] = [
  ["another method", "GET /v1/x HTTP/1.1\r\nhost: x\r\n\r\n"],
  ["a method in small letters", call("abc").replace("POST", "post")],
  ["an older version", call("abc").replace("1.1", "1.0")],
  ["a version in small letters", call("abc").replace("HTTP", "http")],
  ["a version that is none", call("abc").replace("1.1", "1.1.1")],
  ["no version", call("abc").replace(" HTTP/1.1", "")],
  ["two spaces", call("abc").replace(" /v1", "  /v1")],
  ["an empty line before", `\r\n${call("abc")}`],
  ["a page", call("abc", "", "/api/keys")],
  ["a path that only begins like the gateway's", call("abc", "", "/v10/x")],
  ["a malformed path", call("abc", "", "/v1/%zz")],
  ["a whole URL", call("abc", "", "http://elsewhere.test/v1/x")],
  ["a space in its path", call("abc", "", "/v1/a b")],
  ["a fragment", call("abc", "", "/v1/a#b")],
  ["a byte above 127 in its path", call("abc", "", "/v1/\u00e9")],
  ["no host", call("abc").replace("host: x\r\n", "")],
  ["an empty host", call("abc").replace("host: x", "host:")],
  ["two hosts", call("abc", "host: y\r\n")],
  ["no length", `${head("host: x")}abc`],
  ["a length and chunks", call("abc", "transfer-encoding: chunked\r\n")],
  ["chunks", `${head("host: x", "transfer-encoding: chunked")}3\r\nabc\r\n0\r\n\r\n`],
  ["chunks of two kinds", `${head("host: x", "transfer-encoding: chunked, identity")}abc`],
  ["the same length twice", call("abc", "content-length: 3\r\n")],
  ["two lengths", call("abc", "content-length: 30\r\n")],
  ["a length with a sign", `${head("host: x", "content-length: +3")}abc`],
  ["a negative length", `${head("host: x", "content-length: -3")}abc`],
  ["a length of two numbers", `${head("host: x", "content-length: 3, 3")}abc`],
  ["a length with a space", `${head("host: x", "content-length: 3 0")}abc`],
  ["a length in hex", `${head("host: x", "content-length: 0x3")}abc`],
  ["a length with a zero before", `${head("host: x", "content-length: 03")}abc`],
  ["an empty length", `${head("host: x", "content-length:")}abc`],
  ["a length in other digits", `${head("host: x", "content-length: \u00b3")}abc`],
  ["more than 64 KB", call("x".repeat((64 << 10) + 1))],
  ["a space before the colon", call("abc", "x-b : c\r\n")],
  ["a space before a length's colon", `${head("host: x", "content-length : 3")}abc`],
  ["a space before a name", call("abc", " x-b: c\r\n")],
  ["a folded line", call("abc", "x-b: c\r\n d\r\n")],
  ["a line without a colon", call("abc", "x-b\r\n")],
  ["a field without a name", call("abc", ": b\r\n")],
  ["a bare line feed", call("abc", "x-b: c\nx-c: d\r\n")],
  ["bare line feeds only", call("abc").replaceAll("\r\n", "\n")],
  ["a bare carriage return", call("abc", "x-b: c\rx-c: d\r\n")],
  ["a field broken in two", call("abc", "x-b: c\r\n\rx-c: d\r\n")],
  ["a NUL in a value", call("abc", "x-b: a\0b\r\n")],
  ["a NUL in a name", call("abc", "x-\0b: a\r\n")],
  ["a byte above 127 in a value", call("abc", "x-b: \u00e9\r\n")],
  ["a DEL in a value", call("abc", "x-b: \x7f\r\n")],
  ["a rare name", call("abc", "x_b: c\r\n")],
  ["a name that JavaScript knows", call("abc", "__proto__: c\r\n")],
  ["a name that is no token", call("abc", "x(b): c\r\n")],
  ["the same name twice", call("abc", "x-b: c\r\nX-B: d\r\n")],
  ["two claims to be its peer", call("abc", "x-tollgate-peer: a\r\nx-tollgate-peer: b\r\n")],
  ["an expectation", call("abc", "expect: 100-continue\r\n")],
  ["another expectation", call("abc", "expect: a-miracle\r\n")],
  ["the wish to close", call("abc", "connection: close\r\n")],
  ["a connection's own field", call("abc", "connection: keep-alive, x-b\r\nx-b: c\r\n")],
  ["a proxy's word for connection", call("abc", "proxy-connection: close\r\n")],
  ["trailers announced", call("abc", "trailer: x-b\r\n")],
  ["te", call("abc", "te: trailers\r\n")],
  ["many fields", call("abc", manyFields)],
  ["a long head", call("abc", `x-b: ${"c".repeat(9_000)}\r\n`)],
  ["a head that nobody takes", call("abc", `x-b: ${"c".repeat(20_000)}\r\n`)],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["no HTTP at all", "\x16\x03\x01\x02"],
];

describe("a request that is plain", () => {
  it.each(PLAIN)("is served by the front, and answered as without it: %s", async (_, bytes) => {
    const [with_, without] = [await conversation(bytes, true), await conversation(bytes, false)];
    expect(with_.heard).toEqual(without.heard);
    // The last on a connection says that it is.
    expect([with_.aloneBy.slice(0, -1), with_.aloneBy.at(-1)]).toEqual([
      without.aloneBy.slice(1).map(() => "front"),
      "node",
    ]);
    expect(with_.behindBy.slice(0, -1).every((by) => by === "front")).toBe(true);
  });
});

describe("a request that is not plain", () => {
  it.each(NOT_PLAIN)("is node's, and answered as without a front: %s", async (_, bytes) => {
    const [with_, without] = [await conversation(bytes, true), await conversation(bytes, false)];
    expect(with_.heard).toEqual(without.heard);
    expect(with_.aloneBy).toEqual(without.aloneBy);
    expect(with_.behindBy).toEqual(["front", ...without.behindBy.slice(1)]);
  });
});

describe("any chunking", () => {
  const request = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 300 }).map((body) => ({ body, bytes: call(body) })),
    fc
      .string({ unit: "binary-ascii", maxLength: 30 })
      .map((body) => ({ body, bytes: call(body, "x-b: c\r\n") })),
    fc
      .string({ unit: "binary-ascii", minLength: 1, maxLength: 30 })
      .map((body) => ({ body, bytes: `${head("host: x", "transfer-encoding: chunked")}${chunked(body)}` })),
  );

  function chunked(body: string): string {
    return `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  }

  it("of requests one behind the other gives the same answers, in their order", async () => {
    const { port } = await place(echo);
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), cuts, async (requests, at) => {
        const bytes = requests.map((each) => each.bytes).join("") + LAST;
        const client = new RawClient(port);
        const places = at.map((cut) => cut % bytes.length).toSorted((a, b) => a - b);
        for (const [index, end] of [...places, bytes.length].entries()) {
          client.say(bytes.slice(places[index - 1] ?? 0, end));
          // So that it arrives on its own.
          await new Promise((done) => setImmediate(done));
        }
        const bodies = [...(await client.all()).matchAll(/\r\n\r\n(\{.*?\})(?=HTTP|$)/gs)];
        expect(bodies.map(([, json]) => JSON.parse(json ?? "").body)).toEqual([
          ...requests.map(({ body }) => body),
          "",
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
