/** What a text that says nothing of a call any more has in its place. */
export const BLANKED_TEXT = "kept no longer";

const personal = ["ip", "userAgent"] as const;
type Json = Record<string, unknown>;

/**
 * A bill that was set aside ({row: …}, or {unreadable: text} of another release), without IP address and user agent;
 * undefined if it names none. A text that is no JSON could be billed by no release: it goes as a whole.
 */
export function blankSetAside(kept: Json): Json | undefined {
  if (typeof kept.unreadable !== "string") {
    const row = blankRow(kept.row);
    return row && { ...kept, row };
  }
  // "see number 7" and what was blanked before tell nothing of a call.
  if (/^see number \d+$/.test(kept.unreadable) || kept.unreadable === BLANKED_TEXT) return undefined;
  const text = blankText(kept.unreadable);
  return text === undefined ? undefined : { ...kept, unreadable: text };
}

function blankText(text: string): string | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return BLANKED_TEXT;
  }
  if (!isObject(read)) return BLANKED_TEXT;
  const { fields, rows } = read;
  if (Array.isArray(fields) && Array.isArray(rows)) {
    // Before the fields' values stand `held` and `periodStartMs` (lib/spool/block.ts).
    const places = personal.map((name) => fields.indexOf(name)).filter((index) => index >= 0);
    const named = rows.some((row) => places.some((place) => Array.isArray(row) && row[place + 2] !== null));
    const blank = (row: unknown) =>
      Array.isArray(row) ? row.map((value, at) => (places.includes(at - 2) ? null : value)) : row;
    return named ? JSON.stringify({ ...read, rows: rows.map(blank) }) : undefined;
  }
  const row = blankRow(read.row);
  return row && JSON.stringify({ ...read, row });
}

function blankRow(row: unknown): Json | undefined {
  if (!isObject(row) || personal.every((name) => row[name] === null || row[name] === undefined)) return;
  return { ...row, ...Object.fromEntries(personal.map((name) => [name, null])) };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
