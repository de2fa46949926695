import { peerHeader } from "#lib/runtime/peer";
import { isGatewayTarget, normalizeTarget } from "../request-target.ts";
import { PlainHeaders } from "./plain-headers.ts";
import { type Fields, readFields } from "./read-fields.ts";

/** Half of what node:http takes: near its bound it counts what we do not. */
const MAX_HEAD_BYTES = 8 << 10;
const MAX_BODY_BYTES = 64 << 10;
const END = "\r\n\r\n";

/** `more`: what is here may be the beginning of a plain request. `other`: it is none, and node:http's to judge. */
export type NoHead = "more" | "other";

/**
 * The head of a plain request: one that RFC 9112 reads in one way only, and node:http in the same. It is a POST to the
 * gateway whose body has a length, with nothing in it that is rare, or ambiguous, or said to the connection. What is
 * anything else is never refused here, and never guessed at. `peer` is the value of the header that tells the caller's
 * address; what a client sends under its name is dropped.
 */
export function readHead(bytes: Buffer, peer: string): PlainHeaders | NoHead {
  const end = bytes.indexOf(END);
  if (end < 0) return mayBecomePlain(bytes) ? "more" : "other";
  if (end > MAX_HEAD_BYTES - END.length) return "other";
  const head = bytes.toString("latin1", 0, end + END.length);
  const line = REQUEST_LINE.exec(head);
  if (line === null) return "other";
  const target = normalizeTarget(line[1] ?? "");
  if (target === undefined || !isGatewayTarget(target)) return "other";
  const fields = readFields(head, line[0].length);
  const length = fields && lengthOf(fields);
  if (fields === undefined || length === undefined) return "other";
  const { lengthAt } = fields;
  const form = {
    target,
    ...stamped(fields, peer),
    before: Buffer.from(bytes.subarray(0, lengthAt)),
    after: Buffer.from(bytes.subarray(lengthAt + length.length, head.length)),
    sender: undefined,
  };
  return new PlainHeaders(form, Number(length));
}

/** A path as RFC 3986 writes it. What stands in it is for `normalizeTarget` to judge. */
const REQUEST_LINE = /^POST (\/[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*) HTTP\/1\.1\r\n/;
const BEGINNING = "POST /";
const BARE_LINE_FEED = /(?<!\r)\n/;

function mayBecomePlain(bytes: Buffer): boolean {
  if (bytes.length >= MAX_HEAD_BYTES) return false;
  const text = bytes.toString("latin1");
  return BEGINNING.startsWith(text.slice(0, BEGINNING.length)) && !BARE_LINE_FEED.test(text);
}

/** Only we say who the peer is: what a client sent under that name goes. */
function stamped({ names, values }: Fields, peer: string): { names: string[]; values: string[] } {
  const isOthers = (_: string, index: number) => names[index] !== peerHeader;
  return { names: [...names.filter(isOthers), peerHeader], values: [...values.filter(isOthers), peer] };
}

const LENGTH = /^(?:0|[1-9]\d{0,4})$/;

/** The body's length as it is written, if this is a request whose body has one, and is to be read here. */
function lengthOf({ names, values }: Fields): string | undefined {
  const host = values[names.indexOf("host")];
  const length = values[names.indexOf("content-length")];
  if (!host || length === undefined || !LENGTH.test(length)) return undefined;
  return Number(length) <= MAX_BODY_BYTES ? length : undefined;
}

const ZERO = 0x30;
const MAX_DIGITS = 5;

/**
 * The head of a request whose head is the one before's but for the length of its body: one client's are, nearly always.
 * To compare them costs a tenth of reading them.
 */
export function readAgain(bytes: Buffer, known: PlainHeaders): PlainHeaders | undefined {
  const { before, after } = known.form;
  let at = before.length;
  if (bytes.length < at || bytes.compare(before, 0, at, 0, at) !== 0) return undefined;
  let length = 0;
  const firstDigit = bytes[at];
  for (let digit = (firstDigit ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
    length = length * 10 + digit;
    at += 1;
    if (at - before.length > MAX_DIGITS) return undefined;
  }
  const hasLength = at > before.length && (firstDigit !== ZERO || at === before.length + 1);
  const end = at + after.length;
  if (!hasLength || length > MAX_BODY_BYTES || bytes.length < end) return undefined;
  if (bytes.compare(after, 0, after.length, at, end) !== 0) return undefined;
  return length === known.contentLength ? known : new PlainHeaders(known.form, length);
}
