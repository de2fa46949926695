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
  if (Array.isArray(read.fields)) {
    const block = blankBlock(read, read.fields);
    return block && JSON.stringify(block);
  }
  const row = blankRow(read.row);
  return row && JSON.stringify({ ...read, row });
}

/** Both forms of lib/spool/block.ts: a list of values per bill, or what bills share and what each has of its own. */
function blankBlock(block: Json, fields: unknown[]): Json | undefined {
  const places = personal.map((name) => fields.indexOf(name)).filter((place) => place >= 0);
  const { rows, same, each } = block;
  if (Array.isArray(rows)) {
    // Before the fields' values stand `held` and `periodStartMs`.
    const lists = rows.map((row) => blankAt(row, (at) => places.includes(at - 2)));
    return lists.some(({ wasNamed }) => wasNamed)
      ? { ...block, rows: lists.map(({ list }) => list) }
      : undefined;
  }
  const shared = blankAt(same, (at) => places.includes(at));
  const own = (Array.isArray(each) ? each : []).map(([place, values]) => ({
    place,
    ...blankAt(values, () => places.includes(place)),
  }));
  if (!shared.wasNamed && !own.some(({ wasNamed }) => wasNamed)) return undefined;
  return { ...block, same: shared.list, each: own.map(({ place, list }) => [place, list]) };
}

function blankAt(list: unknown, isPersonal: (at: number) => boolean): { list: unknown; wasNamed: boolean } {
  if (!Array.isArray(list)) return { list, wasNamed: false };
  const wasNamed = list.some((value, at) => isPersonal(at) && value !== null);
  return { list: list.map((value, at) => (isPersonal(at) ? null : value)), wasNamed };
}

function blankRow(row: unknown): Json | undefined {
  if (!isObject(row) || personal.every((name) => row[name] === null || row[name] === undefined)) return;
  return { ...row, ...Object.fromEntries(personal.map((name) => [name, null])) };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
