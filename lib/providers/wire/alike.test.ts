import { Pool } from "undici";
import { afterEach, expect, it } from "vitest";
import { ask, closeAll, type Outcome, poolTo, rawUpstream } from "./testing.ts";

afterEach(closeAll);

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** What an upstream says before it closes the connection: undici and we hear the same. */
const ALIKE: [string, string][] = [
  ["a length", `${OK}Content-Length: 5\r\n\r\nhello`],
  ["a length of zero", `${OK}Content-Length: 0\r\n\r\n`],
  ["a length in other letters, with space", `${OK}CONTENT-length: \t 5  \r\n\r\nhello`],
  ["no length", `${OK}Content-Type: text/plain\r\n\r\nhello`],
  ["no fields", `${OK}\r\nhello`],
  ["chunks", `${CHUNKED}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`],
  ["chunks in other letters", `${OK}transfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n`],
  ["a chunk's length with zeros", `${CHUNKED}005\r\nhello\r\n000\r\n\r\n`],
  ["an extension", `${CHUNKED}5;name=value\r\nhello\r\n0;last\r\n\r\n`],
  ["trailers", `${CHUNKED}5\r\nhello\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n`],
  ["no content", "HTTP/1.1 204 No Content\r\n\r\n"],
  ["not modified", "HTTP/1.1 304 Not Modified\r\n\r\n"],
  ["early hints", `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`],
  ["a version of before", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"],
  ["a version of before, no length", "HTTP/1.0 200 OK\r\n\r\nhello"],
  ["no words behind the status", "HTTP/1.1 503 \r\nContent-Length: 2\r\n\r\nno"],
  ["nothing behind the status", "HTTP/1.1 503\r\nContent-Length: 2\r\n\r\nno"],
  ["a status nobody knows", "HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nno"],
  ["letters beyond ASCII", `${OK}X-A: \xe9\r\nContent-Length: 2\r\n\r\nhi`],
  ["an empty value", `${OK}X-A:\r\nContent-Length: 2\r\n\r\nhi`],
  ["an encoded body", `${OK}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi`],

  ["nothing", ""],
  ["half a head", "HTTP/1.1 200 OK\r\nContent-"],
  ["less than the length", `${OK}Content-Length: 50\r\n\r\nhello`],
  ["half a chunk", `${CHUNKED}50\r\nhello`],
  ["chunks without an end", `${CHUNKED}5\r\nhello\r\n`],
  ["a last chunk without its line", `${CHUNKED}5\r\nhello\r\n0\r\n`],
  ["a folded line", `${OK}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\nhi`],
  ["lines without a carriage return", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"],
  ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n\r\n"],
  ["a version nobody has", "HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a length and chunks", `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["two lengths", `${OK}Content-Length: 5\r\nContent-Length: 4\r\n\r\nhello`],
  ["a length twice", `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`],
  ["a list of lengths", `${OK}Content-Length: 5, 5\r\n\r\nhello`],
  ["a length with a sign", `${OK}Content-Length: +5\r\n\r\nhello`],
  ["a length below zero", `${OK}Content-Length: -5\r\n\r\nhello`],
  ["a length in hex", `${OK}Content-Length: 0x5\r\n\r\nhello`],
  ["a space before a colon", `${OK}Content-Length : 5\r\n\r\nhello`],
  ["a field without a name", `${OK}: x\r\nContent-Length: 5\r\n\r\nhello`],
  ["a field without a colon", `${OK}what\r\nContent-Length: 5\r\n\r\nhello`],
  ["a zero byte in a value", `${OK}X-A: a\0b\r\nContent-Length: 5\r\n\r\nhello`],
  ["a carriage return in a value", `${OK}X-A: a\rb\r\nContent-Length: 5\r\n\r\nhello`],
  ["a chunk without a length", `${CHUNKED}\r\nhello\r\n0\r\n\r\n`],
  ["a chunk's length in other digits", `${CHUNKED}g\r\nhello\r\n0\r\n\r\n`],
  ["a chunk that is longer than it says", `${CHUNKED}4\r\nhello\r\n0\r\n\r\n`],
  ["a chunk of more bytes than there are", `${CHUNKED}fffffffffffffffff\r\nhello\r\n0\r\n\r\n`],
  ["a head without an end", `${OK}${"X-A: b\r\n".repeat(20_000)}`],
];

/** Here undici makes something of what can be read in two ways, or goes on reading. */
const STRICTER: [string, string][] = [
  ["codings that we did not ask for", `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`],
  ["a coding without chunks", `${OK}Transfer-Encoding: identity\r\n\r\nhi`],
  [
    "a coding twice",
    `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
  ],
  ["chunks in a version that has none", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  [
    "another protocol from here on",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
  ],
  ["an extension as long as a book", `${CHUNKED}2;${"x".repeat(20_000)}\r\nhi\r\n0\r\n\r\n`],
  ["trailers as long as a book", `${CHUNKED}2\r\nhi\r\n0\r\n${"X-A: b\r\n".repeat(4_000)}\r\n`],
  ["a field without a colon, behind the length", `${OK}Content-Length: 2\r\nhm\r\n\r\nhi`],
];

async function heardByUndici(port: number): Promise<Outcome> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { maxHeaderSize: 64 << 10 });
  try {
    const answer = await pool.request({ path: "/v1/chat/completions", method: "POST", body: "{}" });
    const body = Buffer.from(await answer.body.arrayBuffer()).toString("latin1");
    return { status: answer.statusCode, body };
  } catch (error) {
    return { error: String((error as { code?: string }).code ?? error) };
  } finally {
    await pool.destroy();
  }
}

const failed = (outcome: Outcome) => ("error" in outcome ? "failed" : outcome);

it.each(ALIKE)("%s", async (_, said) => {
  const upstream = await rawUpstream(({ socket }) => socket.end(said, "latin1"));
  const [theirs, ours] = [await heardByUndici(upstream.port), await ask(poolTo(upstream))];
  expect(failed(ours)).toEqual(failed(theirs));
});

it("a 304 with the length of what is not sent is no answer that was cut off, as RFC 9110 has it", async () => {
  const said = "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n";
  const upstream = await rawUpstream(({ socket }) => socket.end(said));
  expect(await ask(poolTo(upstream))).toEqual({ status: 304, body: "" });
});

it.each(["HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "SSH-2.0-OpenSSH_9.9\r\n", "\x15\x03\x01"])(
  "what can be no answer is not waited for to its end: %j",
  async (said) => {
    const upstream = await rawUpstream(({ socket }) => socket.write(said, "latin1"));
    expect(await ask(poolTo(upstream))).toEqual({ error: "malformed" });
  },
);

it.each(STRICTER)("%s: malformed", async (_, said) => {
  const upstream = await rawUpstream(({ socket }) => socket.end(said, "latin1"));
  expect(await ask(poolTo(upstream))).toEqual({ error: "malformed" });
});
