/** A body whose first bytes are a boundary: no JSON begins so. */
export const isForm = (bytes: Uint8Array): boolean => bytes[0] === 0x2d && bytes[1] === 0x2d;

const MOST_FIELDS = 64;
const MOST_HEAD = 1_024;

/**
 * The fields of a multipart form that has nothing but texts, by name; or what is wrong with it. The boundary is the body's own first
 * line, so that nothing depends on a header.
 */
export function formFields(
  bytes: Uint8Array,
): ReadonlyMap<string, string> | { problem: string; field?: string } {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boundary = body.subarray(0, body.indexOf("\r\n"));
  if (boundary.byteLength < 3 || boundary.byteLength > 80) return BROKEN;
  const fields = new Map<string, string>();
  let at = boundary.byteLength;
  const separator = Buffer.concat([Buffer.from("\r\n"), boundary]);
  while (body.toString("latin1", at, at + 2) === "\r\n") {
    const headEnd = body.indexOf("\r\n\r\n", at);
    if (headEnd < 0 || headEnd - at > MOST_HEAD || fields.size >= MOST_FIELDS) return BROKEN;
    const head = body.toString("utf8", at, headEnd);
    const name = /[;\s]name="([^"\r\n]*)"/i.exec(head)?.[1];
    if (name === undefined) return BROKEN;
    if (/[;\s]filename\*?=/i.test(head)) return { problem: "files are not taken here.", field: name };
    const end = body.indexOf(separator, headEnd + 4);
    if (end < 0) return BROKEN;
    if (fields.has(name)) return { problem: "the field stands twice in the form.", field: name };
    fields.set(name, body.toString("utf8", headEnd + 4, end));
    at = end + separator.byteLength;
  }
  return body.toString("latin1", at, at + 2) === "--" ? fields : BROKEN;
}

const BROKEN = { problem: "The form cannot be read." };
