import { UpstreamFailure } from "../provider.ts";

/** How the end of an answer's body is told (RFC 9112, section 6.3). */
export type Framing = { kind: "length"; bytes: number } | { kind: "chunks" } | { kind: "close" };

/** What of an answer's head is of use to a gateway. */
export type ResponseHead = {
  /** 100 to 999. Below 200 it is not the answer yet. */
  status: number;
  /** In lower case, as the next one; "" when upstream names none. */
  contentType: string;
  contentEncoding: string;
  /** As sent: seconds or a date. */
  retryAfter: string | undefined;
  framing: Framing;
  /** How long the connection can be used again after this answer, ms; 0: not at all; undefined: upstream does not say. */
  reusableMs: number | undefined;
};

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";
const HEAD = new RegExp(
  `^HTTP/1\\.([01]) ([1-9]\\d\\d)(?: ${TEXT})?\\r\\n(?:${TOKEN}:${TEXT}\\r\\n)*\\r\\n$`,
);
const LINE_END = "\r\n";
const DIGITS = /^\d{1,15}$/;
const NO_BODY = new Set([204, 304]);

/** What we let pass before upstream's own end, so that a request does not meet a connection that is being closed. */
const EARLIER_MS = 2_000;

/**
 * Reads an answer's head, its empty line included, one character per byte. Throws `malformed` where RFC 9112 leaves more
 * than one reading, or none: a length and chunks, two lengths, a code before chunks that we do not know, folded lines.
 */
export function readResponseHead(text: string): ResponseHead {
  const [, minor, code] = HEAD.exec(text) ?? malformed();
  const fields = wantedFields(text);
  const status = Number(code);
  return {
    status,
    contentType: (fields.get("content-type") ?? "").toLowerCase(),
    contentEncoding: (fields.get("content-encoding") ?? "").toLowerCase(),
    retryAfter: fields.get("retry-after") || undefined,
    framing: framingOf(status, minor === "1", fields),
    reusableMs: minor === "1" ? reusableMsOf(fields) : 0,
  };
}

const WANTED = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "transfer-encoding",
  "retry-after",
  "connection",
  "keep-alive",
]);
const LENGTHS = new Set([...WANTED].map((name) => name.length));

/** Of a field that comes twice the first counts; of one that frames the body, none. */
function wantedFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  const end = text.length - LINE_END.length;
  for (let at = text.indexOf(LINE_END) + LINE_END.length; at < end; ) {
    const colon = text.indexOf(":", at);
    const lineEnd = text.indexOf(LINE_END, colon);
    if (LENGTHS.has(colon - at)) {
      const name = text.slice(at, colon).toLowerCase();
      if (WANTED.has(name)) add(fields, name, text.slice(colon + 1, lineEnd).trim());
    }
    at = lineEnd + LINE_END.length;
  }
  return fields;
}

function add(fields: Map<string, string>, name: string, value: string): void {
  const before = fields.get(name);
  if (before === undefined) fields.set(name, value);
  else if (name === "connection") fields.set(name, `${before},${value}`);
  else if (name === "content-length" || name === "transfer-encoding") malformed();
}

function framingOf(status: number, isNew: boolean, fields: ReadonlyMap<string, string>): Framing {
  const length = fields.get("content-length");
  const coding = fields.get("transfer-encoding");
  if (coding !== undefined) {
    if (!isNew || length !== undefined || coding.toLowerCase() !== "chunked") malformed();
  } else if (length !== undefined && !DIGITS.test(length)) malformed();
  if (status < 200 || NO_BODY.has(status)) return { kind: "length", bytes: 0 };
  if (coding !== undefined) return { kind: "chunks" };
  return length === undefined ? { kind: "close" } : { kind: "length", bytes: Number(length) };
}

function reusableMsOf(fields: ReadonlyMap<string, string>): number | undefined {
  const connection = fields.get("connection")?.toLowerCase() ?? "";
  if (connection.split(",").some((option) => option.trim() === "close")) return 0;
  const seconds = /timeout=(\d{1,6})/i.exec(fields.get("keep-alive") ?? "")?.[1];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) * 1_000 - EARLIER_MS);
}

function malformed(): never {
  throw new UpstreamFailure("malformed");
}
