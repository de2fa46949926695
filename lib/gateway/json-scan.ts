/** Where a member of the top-level object has its value: bytes [start, end). */
export type Span = { start: number; end: number };

export type JsonScan =
  | {
      ok: true;
      members: Map<string, Span>;
      /** Those among them that are not all small letters, as parsers read them that know no capitals: "N" → "n". */
      folded: ReadonlyMap<string, string>;
      bodyStart: number;
      isEmptyObject: boolean;
    }
  | { ok: false; problem: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** As near are quotes that a look finds sooner than a search. */
const NEAR_BYTES = 16;

/** What a body may be made of: a parser spends memory on each level, and up to 40 bytes for each byte of "{},{},…". */
export type ScanLimits = { depth: number; values: number };

/**
 * One pass over a JSON object's bytes before anything parses them: bounds nesting and the number of values, finds the
 * top-level members so that single values can be replaced without re-serialising the rest, and refuses a member that is
 * named twice (we would bill one of the two and upstream run the other), also in capitals: some parsers make no difference.
 */
export function scanJsonObject(
  bytes: Uint8Array,
  { depth: maxDepth, values: mostValues }: ScanLimits,
): JsonScan {
  const members = new Map<string, Span>();
  let depth = 0;
  let values = 0;
  let i = skipSpace(bytes, 0);
  if (bytes[i] !== 0x7b) return { ok: false, problem: "The body is not a JSON object." };
  const bodyStart = i + 1;
  let key: string | undefined;
  let valueStart = -1;
  const close = (end: number): string | undefined => {
    if (key === undefined) return undefined;
    if (members.has(key)) return twice(key);
    members.set(key, { start: valueStart, end });
    key = undefined;
    return undefined;
  };
  for (; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (end < 0) return { ok: false, problem: "The body is not valid JSON." };
      const colon = depth === 1 && key === undefined ? skipSpace(bytes, end) : -1;
      if (colon >= 0 && bytes[colon] === 0x3a) {
        key = readKey(bytes, i, end);
        if (key === undefined) return { ok: false, problem: "The body is not valid JSON." };
        valueStart = skipSpace(bytes, colon + 1);
        i = colon;
      } else i = end - 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      values += 1;
      if (depth > maxDepth)
        return { ok: false, problem: `The body is nested deeper than ${maxDepth} levels.` };
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) {
        const problem = close(i) ?? tooMany(values, mostValues);
        const folded = problem === undefined ? foldedNames(members) : NONE;
        if (typeof folded === "string") return { ok: false, problem: twice(folded) };
        return problem === undefined
          ? { ok: true, members, folded, bodyStart, isEmptyObject: members.size === 0 }
          : { ok: false, problem };
      }
    } else if (byte === 0x2c) {
      values += 1;
      const problem = depth === 1 ? close(i) : undefined;
      if (problem !== undefined) return { ok: false, problem };
    }
  }
  return { ok: false, problem: "The body is not valid JSON." };
}

const twice = (name: string) => `The field "${name.slice(0, 64)}" stands twice in the body.`;

function tooMany(values: number, most: number): string | undefined {
  return values > most ? `The body has more than ${most} values.` : undefined;
}

const PLAIN_NAME = /^[a-z0-9_]*$/;

/** A name as parsers read it that do not tell capitals from small letters; "ſ" and "K" (Kelvin) are letters to them too. */
export const foldedName = (name: string): string =>
  PLAIN_NAME.test(name) ? name : name.toUpperCase().toLowerCase();

const NONE: ReadonlyMap<string, string> = new Map();

/** Names in other letters, and what they fold to; or the name that stands twice so. */
function foldedNames(members: ReadonlyMap<string, Span>): ReadonlyMap<string, string> | string {
  let folded: Map<string, string> | undefined;
  for (const name of members.keys()) {
    if (PLAIN_NAME.test(name)) continue;
    const fold = foldedName(name);
    folded ??= new Map();
    if (members.has(fold) ? fold !== name : [...folded.values()].includes(fold)) return name;
    folded.set(name, fold);
  }
  return folded ?? NONE;
}

/** The bytes with some top-level values replaced or added; every other byte stays as the client sent it. */
export function replaceMembers(
  bytes: Uint8Array,
  scan: JsonScan & { ok: true },
  values: Readonly<Record<string, unknown>>,
): Uint8Array {
  const edits: { at: Span; text: string }[] = [];
  let added = "";
  for (const [name, value] of Object.entries(values)) {
    const at = scan.members.get(name);
    if (at !== undefined) edits.push({ at, text: JSON.stringify(value) });
    else added += `${JSON.stringify(name)}:${JSON.stringify(value)},`;
  }
  if (scan.isEmptyObject) added = added.slice(0, -1);
  if (added !== "") edits.push({ at: { start: scan.bodyStart, end: scan.bodyStart }, text: added });
  edits.sort((a, b) => a.at.start - b.at.start);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { at, text } of edits) {
    parts.push(bytes.subarray(from, at.start), Buffer.from(text));
    from = at.end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i += 1;
  return i;
}

/** The index behind the closing quote, or -1. Native search, because long strings are most of a body. */
function endOfString(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return -1;
    let slashes = 0;
    while (bytes[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    // A search for each quote of a text full of them takes longer than a look at what follows.
    at = quote + 1;
    for (let until = at + NEAR_BYTES; at < until; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte !== BACKSLASH) continue;
      at += 1;
      until = at + NEAR_BYTES;
    }
  }
}

/** What a key means: it may be spelled with escapes ("mod\u0065l"), or in letters that are no ASCII. */
function readKey(bytes: Uint8Array, start: number, end: number): string | undefined {
  let plain = "";
  for (let i = start + 1; i < end - 1; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return parseKey(bytes, start, end);
    plain += ASCII[byte];
  }
  return plain;
}

const ASCII = Array.from({ length: 0x7f }, (_, code) => String.fromCharCode(code));

function parseKey(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8"));
  } catch {
    return undefined;
  }
}
