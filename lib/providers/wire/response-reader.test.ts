import fc from "fast-check";
import { expect, it } from "vitest";
import { ResponseReader } from "./response-reader.ts";
import { Ear } from "./testing.ts";

/** What is heard of an answer that comes in these pieces. */
function heard(bytes: Buffer, cuts: readonly number[]): unknown {
  const ear = new Ear();
  const reader = new ResponseReader(ear);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  try {
    edges.slice(1).forEach((end, index) => {
      const piece = Buffer.from(bytes.subarray(edges[index], end));
      if (piece.length > 0) reader.take(piece);
    });
  } catch (error) {
    return String(error);
  }
  const { isOver, hasSurplus, reusableMs } = reader;
  return { status: ear.status, body: ear.body, isOver, hasSurplus, reusableMs };
}

const OK = "HTTP/1.1 200 OK\r\nDate: now\r\nKeep-Alive: timeout=5\r\n";

const body = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
const hex = (size: number) => size.toString(16);
const chunked = body.map((parts) => {
  const chunks = parts.map(
    (part) => `${hex(part.length)};x=1\r\n${Buffer.from(part).toString("latin1")}\r\n`,
  );
  return `${OK}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\nX-Trailer: y\r\n\r\n`;
});
const measured = body.map((parts) => {
  const text = Buffer.concat(parts).toString("latin1");
  return `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: ${text.length}\r\n\r\n${text}`;
});
const unmeasured = body.map((parts) => `${OK}\r\n${Buffer.concat(parts).toString("latin1")}`);
/** One byte of it is another: however that is taken, it is taken alike. */
const damaged = fc.tuple(fc.oneof(chunked, measured), fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
  const bytes = Buffer.from(text, "latin1");
  bytes[at % bytes.length] = byte;
  return bytes.toString("latin1");
});

it("reads an answer alike however it was cut on its way", () => {
  fc.assert(
    fc.property(
      fc.oneof(chunked, measured, unmeasured, damaged),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.constantFrom("", "HTTP/1.1 200 OK\r\n"),
      (said, cuts, surplus) => {
        const bytes = Buffer.from(said + surplus, "latin1");
        expect(heard(bytes, cuts)).toEqual(heard(bytes, []));
      },
    ),
    { numRuns: 1_000 },
  );
});

it("gives the bytes of a body as they were sent, and says when they are all", () => {
  fc.assert(
    fc.property(body, fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
      const text = Buffer.concat(parts).toString("latin1");
      const chunks = parts.map(
        (part) => `${hex(part.length)}\r\n${Buffer.from(part).toString("latin1")}\r\n`,
      );
      const said = `${OK}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
      const whole = { status: 200, body: text, isOver: true };
      expect(heard(Buffer.from(said, "latin1"), cuts)).toMatchObject(whole);
      expect(heard(Buffer.from(said.slice(0, -1), "latin1"), cuts)).toMatchObject({
        ...whole,
        isOver: false,
      });
    }),
  );
});
