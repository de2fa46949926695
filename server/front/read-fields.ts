/** The header fields of a head, the names in lower case. */
export type Fields = {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Where in the head the value of content-length begins; -1: nowhere. */
  readonly lengthAt: number;
};

const MAX_FIELDS = 64;

/** They say how the message is framed, or mean this connection alone. */
const NOT_PLAIN = new Set([
  "transfer-encoding",
  "te",
  "trailer",
  "expect",
  "upgrade",
  "proxy-connection",
  "http2-settings",
]);

/** Of each character up to 0x7e: whether it may stand in a name (letters, digits, hyphen), or only in a value. */
const IN_VALUE = 1;
const IN_NAME = 2;
const kinds = new Uint8Array(0x100);
kinds.fill(IN_VALUE, 0x20, 0x7f);
kinds[0x09] = IN_VALUE;
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
  kinds[character.charCodeAt(0)] = IN_NAME;

const LINE_END = "\r\n";

/**
 * The fields of a head, from its second line on, which begins at `start`, up to the empty line at its end. undefined:
 * something is not as plain as it can be, which any name twice is too.
 */
export function readFields(head: string, start: number): Fields | undefined {
  const names: string[] = [];
  const values: string[] = [];
  let lengthAt = -1;
  const end = head.length - LINE_END.length;
  for (let at = start; at < end; ) {
    const colon = endOf(IN_NAME, head, at);
    const lineEnd = endOf(IN_VALUE, head, colon + 1);
    if (colon === at || head[colon] !== ":" || !head.startsWith(LINE_END, lineEnd)) return undefined;
    const name = head.slice(at, colon).toLowerCase();
    const value = head.slice(colon + 1, lineEnd).trim();
    if (!isPlain(name, value) || names.includes(name) || names.length === MAX_FIELDS) return undefined;
    if (name === "content-length") lengthAt = head.indexOf(value, colon + 1);
    names.push(name);
    values.push(value);
    at = lineEnd + LINE_END.length;
  }
  return { names, values, lengthAt };
}

/** Where, from `at` on, the first character stands that is not of this kind or a stricter one. */
function endOf(kind: number, head: string, at: number): number {
  let end = at;
  while ((kinds[head.charCodeAt(end)] ?? 0) >= kind) end += 1;
  return end;
}

function isPlain(name: string, value: string): boolean {
  if (name === "connection") return value.toLowerCase() === "keep-alive";
  return !NOT_PLAIN.has(name);
}
