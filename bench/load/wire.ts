/**
 * Just enough HTTP/1.1 for a load generator that must cost less than what it loads: requests are made once as bytes,
 * answers are read as far as their end and their status.
 */
export type WireRequest = { port: number; path: string; headers: Record<string, string>; body: string };

/** The bytes of a POST that keeps its connection. */
export function requestBytes({ port, path, headers, body }: WireRequest): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

const LAST_CHUNK = "0\r\n\r\n";

/** Reads one message after the other on a connection: requests of known length, answers of known length or chunked. */
export class MessageReader {
  /** Of the last message that was complete. */
  head = "";
  body = "";
  #text = "";
  #bodyStart = -1;
  #end = -1;

  /** Takes what came in; true when the message is complete. What follows is kept for the next one. */
  push(chunk: string): boolean {
    this.#text = this.#text === "" ? chunk : this.#text + chunk;
    return this.#look();
  }

  /** Goes on to what came in behind the last message; true when that is complete too. */
  next(): boolean {
    return this.#text !== "" && this.#look();
  }

  #look(): boolean {
    if (this.#bodyStart < 0 && !this.#readHead()) return false;
    if (this.#end < 0) {
      const last = this.#text.endsWith(LAST_CHUNK) ? this.#text.length : -1;
      if (last < 0) return false;
      this.#take(last);
      return true;
    }
    if (this.#text.length < this.#end) return false;
    this.#take(this.#end);
    return true;
  }

  #readHead(): boolean {
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return false;
    this.head = this.#text.slice(0, end + 2);
    this.#bodyStart = end + 4;
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(this.head)?.[1];
    const isChunked = length === undefined && /\r\ntransfer-encoding: *chunked\r\n/i.test(this.head);
    this.#end = isChunked ? -1 : this.#bodyStart + Number(length ?? 0);
    return true;
  }

  #take(end: number): void {
    this.body = this.#text.slice(this.#bodyStart, end);
    this.#text = this.#text.slice(end);
    this.#bodyStart = -1;
    this.#end = -1;
  }
}

/** The status of an answer's head. */
export function statusOf(head: string): number {
  return Number(head.slice(9, 12));
}
