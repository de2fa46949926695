/** One part of a form: where its head begins, and its value: bytes [start, end). */
export type FormPart = {
  name: string;
  /** It is a file, whatever its name. */
  isFile: boolean;
  headStart: number;
  start: number;
  end: number;
};

export type FormScan =
  | { ok: true; boundary: string; parts: readonly FormPart[] }
  | { ok: false; problem: string };

const MOST_PARTS = 64;
const MOST_HEAD_BYTES = 4 << 10;
const CRLF = "\r\n";
const DOUBLE_CRLF = "\r\n\r\n";
/** RFC 2046, without the space and what would have to be quoted in more than one way. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/;
const HOW_TO =
  "Let your HTTP client make the form and its content-type header (in curl: -F; with fetch: a FormData, no header).";

/**
 * One pass over a multipart form (RFC 7578) that is in memory: where its parts lie. Taken is only what all parsers read alike, because
 * upstream's is another one: no text around the parts, no lines that go on, no second way to write a name, no boundary inside a part.
 */
export function scanForm(bytes: Uint8Array, contentType: string | null | undefined): FormScan {
  const boundary = boundaryOf(contentType ?? "");
  if (boundary === undefined)
    return no(`A form is expected: content-type multipart/form-data with its boundary. ${HOW_TO}`);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delimiter = Buffer.from(`--${boundary}`, "latin1");
  const parts: FormPart[] = [];
  let at = body.indexOf(delimiter);
  if (at !== 0 && !(at === 2 && textAt(body, 0, 2) === CRLF))
    return no(`The form does not begin with its boundary. ${HOW_TO}`);
  for (;;) {
    const behind = at + delimiter.length;
    const mark = textAt(body, behind, 2);
    if (mark === "--") return endOf(body, behind + 2, boundary, parts);
    if (mark !== CRLF) return no(BOUNDARY_INSIDE);
    const next = body.indexOf(delimiter, behind);
    if (next < 0) return no(`The form breaks off: its last boundary is missing. ${HOW_TO}`);
    if (textAt(body, next - 2, 2) !== CRLF) return no(BOUNDARY_INSIDE);
    const part = readPart(body, behind + 2, next - 2);
    if (typeof part === "string") return no(part);
    if (parts.push(part) > MOST_PARTS) return no(`The form has more than ${MOST_PARTS} parts.`);
    at = next;
  }
}

/** The form with some values replaced, of parts that stand in it once; every other byte stays as the client sent it. */
export function replaceFields(
  bytes: Uint8Array,
  { parts }: FormScan & { ok: true },
  values: Readonly<Record<string, string>>,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const part of parts) {
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
    if (value === undefined) continue;
    const head = `Content-Disposition: form-data; name="${part.name}"${DOUBLE_CRLF}`;
    pieces.push(bytes.subarray(from, part.headStart), Buffer.from(head + value));
    from = part.end;
  }
  return from === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(from)]);
}

const BOUNDARY_INSIDE = `The form's boundary stands inside one of its parts, or in lines that end with no CR LF. ${HOW_TO}`;

const no = (problem: string): FormScan => ({ ok: false, problem });

const textAt = (body: Buffer, at: number, length: number) => body.toString("latin1", at, at + length);

function boundaryOf(contentType: string): string | undefined {
  const [type = "", ...parameters] = contentType.split(";");
  if (type.trim().toLowerCase() !== "multipart/form-data") return undefined;
  const found = parameters.flatMap((one) => /^\s*boundary=(.*?)\s*$/i.exec(one)?.[1] ?? []);
  const [first = ""] = found;
  const boundary = /^"(.*)"$/.exec(first)?.[1] ?? first;
  return found.length === 1 && BOUNDARY.test(boundary) ? boundary : undefined;
}

function endOf(body: Buffer, at: number, boundary: string, parts: readonly FormPart[]): FormScan {
  const rest = body.length - at;
  if (rest > 0 && !(rest === 2 && textAt(body, at, 2) === CRLF))
    return no(`Something stands behind the form's end. ${HOW_TO}`);
  return parts.length === 0 ? no(`The form is empty. ${HOW_TO}`) : { ok: true, boundary, parts };
}

function readPart(body: Buffer, headStart: number, end: number): FormPart | string {
  const headEnd = body.indexOf(DOUBLE_CRLF, headStart, "latin1");
  if (headEnd < 0 || headEnd + DOUBLE_CRLF.length > end)
    return `A part of the form has no head, or no empty line behind it. ${HOW_TO}`;
  if (headEnd - headStart > MOST_HEAD_BYTES) return "A part of the form has a head of more than 4 KiB.";
  const read = readHead(body.toString("utf8", headStart, headEnd));
  return typeof read === "string" ? read : { ...read, headStart, start: headEnd + DOUBLE_CRLF.length, end };
}

const LINE = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/s;
const CONTROLS = /\p{Cc}/u;

function readHead(head: string): Pick<FormPart, "name" | "isFile"> | string {
  let disposition: string | undefined;
  for (const line of head.split(CRLF)) {
    const [, name = "", value = ""] = LINE.exec(line) ?? [];
    if (name === "" || CONTROLS.test(value.replaceAll("\t", " ")))
      return `The head of a part of the form is not readable. ${HOW_TO}`;
    const known = name.toLowerCase();
    if (known === "content-transfer-encoding" && !/^(?:binary|8bit|7bit)$/i.test(value.trim()))
      return "content-transfer-encoding: files are expected as they are, not encoded.";
    if (known !== "content-disposition") continue;
    if (disposition !== undefined) return "A part of the form has two names.";
    disposition = value;
  }
  return readDisposition(disposition ?? "");
}

const PARAMETER = /^;[ \t]*([A-Za-z]+\*?)=(?:"([^"]*)"|([^\s";]+))[ \t]*/;

/** Behind a backslash some parsers go on with a quoted text and others end it: such names are refused. */
function readDisposition(text: string): Pick<FormPart, "name" | "isFile"> | string {
  const unnamed = `A part of the form has no name (content-disposition: form-data; name="…"), or an ambiguous one. ${HOW_TO}`;
  if (text.includes('\\"'))
    return "A file's name, or a field's, has a quotation mark behind a backslash: give it another name.";
  if (!/^form-data[ \t]*;/i.test(text)) return unnamed;
  const found = new Map<string, string>();
  for (let rest = text.slice(text.indexOf(";")); rest !== ""; ) {
    const match = PARAMETER.exec(rest);
    const key = match?.[1]?.toLowerCase() ?? "";
    if (match === null || found.has(key)) return unnamed;
    found.set(key, match[2] ?? match[3] ?? "");
    rest = rest.slice(match[0].length);
  }
  const name = found.get("name") ?? "";
  if (name === "" || name.includes("\\") || found.has("name*")) return unnamed;
  return { name, isFile: found.has("filename") || found.has("filename*") };
}
