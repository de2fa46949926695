/** What an element of a Postgres array may be here. */
export type Element = string | number | bigint | boolean | null | undefined;

/** What JSON escapes in a way that arrays do not know: control characters, halves of a surrogate pair. */
const ODD = /\\[^"\\]/;

/**
 * The text form of a one-dimensional Postgres array: what node-postgres makes of a JS array too, at a small part of its cost.
 * Between the brackets JSON is that form, but for odd characters, which are quoted one element after the other.
 */
export function arrayLiteral(elements: readonly Element[]): string {
  const json = JSON.stringify(elements.some(isBigint) ? elements.map(jsonSafe) : elements);
  if (!ODD.test(json)) return `{${json.slice(1, -1)}}`;
  return `{${elements.map(elementText).join(",")}}`;
}

const isBigint = (element: Element) => typeof element === "bigint";
const jsonSafe = (element: Element) => (typeof element === "bigint" ? String(element) : element);

function elementText(element: Element): string {
  if (element === null || element === undefined) return "NULL";
  if (typeof element !== "string") return String(element);
  return `"${element.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
