import { describe, expect, it } from "vitest";
import { MessageReader, requestBytes, statusOf } from "./wire.ts";

const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = "HTTP/1.1 502 Bad\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";

describe("MessageReader", () => {
  it("finds the end of an answer, however it was cut", () => {
    for (const text of [answer("hello"), chunked]) {
      for (let size = 1; size <= text.length; size += 1) {
        const reader = new MessageReader();
        const ends: boolean[] = [];
        for (let at = 0; at < text.length; at += size) ends.push(reader.push(text.slice(at, at + size)));
        expect(ends.filter(Boolean)).toHaveLength(1);
        expect(ends.at(-1)).toBe(true);
      }
    }
  });

  it("keeps what stands behind a message for the next one", () => {
    const reader = new MessageReader();
    expect(reader.push(answer("one") + answer("two"))).toBe(true);
    expect(reader.body).toBe("one");
    expect(reader.next()).toBe(true);
    expect(reader.body).toBe("two");
    expect(reader.next()).toBe(false);
  });

  it("reads its own requests, and an answer's status", () => {
    const reader = new MessageReader();
    const bytes = requestBytes({ port: 1, path: "/p", headers: { "x-a": "b" }, body: "{}" });
    expect(reader.push(bytes.toString("latin1"))).toBe(true);
    expect(reader.head).toContain("x-a: b\r\n");
    expect(reader.body).toBe("{}");
    expect(statusOf(chunked)).toBe(502);
  });
});
