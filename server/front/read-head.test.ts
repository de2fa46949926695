import { describe, expect, it } from "vitest";
import { PlainHeaders } from "./plain-headers.ts";
import { readAgain, readHead } from "./read-head.ts";

const PEER = "nonce;127.0.0.1";
const head = (length: string, behind = "x-b: c") =>
  Buffer.from(
    `POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n${behind}\r\n\r\nabc`,
    "latin1",
  );

function known(): PlainHeaders {
  const headers = readHead(head("3"), PEER);
  if (headers instanceof PlainHeaders) return headers;
  throw new Error("that was to be plain");
}

describe("a head that is like the one before's", () => {
  it.each(["0", "3", "4", "12", "65536", "9999"])(
    "is read as if there had been none: length %s",
    (length) => {
      const bytes = head(length);
      const [again, anew] = [readAgain(bytes, known()), readHead(bytes, PEER)];
      expect(anew instanceof PlainHeaders && [...anew]).toEqual([...(again ?? [])]);
      expect([again?.get("content-length"), again?.size]).toEqual([length, bytes.length - 3]);
    },
  );

  it.each([
    "",
    "3x",
    "+3",
    "-3",
    " ",
    "03",
    "00",
    "65537",
    "99999",
    "999999",
    "3 0",
    "3,3",
    "\u00b3",
    ":",
    "/",
  ])("is not taken for known with a length of '%s'", (length) => {
    expect(readAgain(head(length), known())).toBeUndefined();
    expect(readHead(head(length), PEER)).toBe("other");
  });

  it("is not taken for known when anything else differs, or is missing", () => {
    for (const behind of ["x-b: d", "X-b: c", "x-b: c ", "x-b: c\r\nx-c: d", "x-b : c", "x-b: c\n"])
      expect(readAgain(head("3", behind), known())).toBeUndefined();
    const whole = head("3");
    for (let length = 0; length < whole.length - 3; length += 1)
      expect(readAgain(whole.subarray(0, length), known())).toBeUndefined();
  });

  it("tells the peer that the listener knows, and all names once", () => {
    const forged = readHead(head("3", "X-Tollgate-Peer: a;6.6.6.6"), PEER);
    expect(forged instanceof PlainHeaders && [...forged]).toEqual([
      ["host", "x"],
      ["content-length", "3"],
      ["x-tollgate-peer", PEER],
    ]);
  });
});
