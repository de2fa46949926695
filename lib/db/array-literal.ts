/** What an element of a Postgres array may be here. */
export type Element = string | number | bigint | boolean | null | undefined;

/** What JSON escapes in a way that arrays do not know: control characters, halves of a surrogate pair. */
const ODD = /\\[^"\\]/;

/**
 * The text form of a one-dimensional Postgres array: what node-postgres makes of a JS array too, at a small part of its cost.
 * Between the brackets JSON is that form, but for odd characters, which are quoted one element after the other.
 *
 * As bytes, which node-postgres sends as they are and a parameter of type text takes: `$1::text::uuid[]`. A text would
 * stay in the heap until Postgres has answered. `bytesOf` puts them where its owner wants them.
 */
export function arrayLiteral(elements: readonly Element[], bytesOf: BytesOf = Buffer.from): Buffer {
  const json = JSON.stringify(elements.some(isBigint) ? elements.map(jsonSafe) : elements);
  if (ODD.test(json)) return bytesOf(`{${elements.map(elementText).join(",")}}`);
  const bytes = bytesOf(json);
  bytes.write("{", 0);
  bytes.write("}", bytes.length - 1);
  return bytes;
}

/** Writes a text down as UTF-8. */
export type BytesOf = (text: string) => Buffer;

const isBigint = (element: Element) => typeof element === "bigint";
const jsonSafe = (element: Element) => (typeof element === "bigint" ? String(element) : element);

function elementText(element: Element): string {
  if (element === null || element === undefined) return "NULL";
  if (typeof element !== "string") return String(element);
  return `"${element.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
