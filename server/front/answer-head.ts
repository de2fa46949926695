import { STATUS_CODES } from "node:http";

/** What becomes of the connection when the answer has been sent. */
export type Afterwards = { readonly keepAliveSeconds: number } | "close";

/**
 * The head of an answer as node:http writes it. `length` of the body in bytes; undefined: it comes in chunks. Throws if a
 * header's value would not stay within its line.
 */
export function answerHead(
  answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  length: number | undefined,
  afterwards: Afterwards,
): string {
  const { status, headers } = answer;
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "unknown"}\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? "";
    if (UNSENDABLE.test(value)) throw new Error(`The header ${name} has a value that cannot be sent`);
    head += `${name}: ${value}\r\n`;
  }
  if (length !== undefined && headers["content-length"] === undefined)
    head += `content-length: ${length}\r\n`;
  head += `Date: ${date()}\r\n`;
  head +=
    afterwards === "close"
      ? "Connection: close\r\n"
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${afterwards.keepAliveSeconds}\r\n`;
  return length === undefined ? `${head}Transfer-Encoding: chunked\r\n\r\n` : `${head}\r\n`;
}

const UNSENDABLE = /[^\t\x20-\x7e]/;

const written = { second: 0, date: "" };

/** The time as RFC 9110 writes it; once per second, for it is dear. */
function date(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== written.second) {
    written.second = second;
    written.date = new Date(second * 1_000).toUTCString();
  }
  return written.date;
}
