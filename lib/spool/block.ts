import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";
import { decodeSettlement, SPOOL_FORMAT } from "./format.ts";

/** A committed settlement; `unreadable` holds the text of a row whose format this release does not know. */
export type SpoolRow = { seq: number } & (
  | { settlement: Settlement; unreadable?: never }
  | { settlement?: never; unreadable: string }
);

/** Of what stands in the settlement table now. Format 1, one settlement as an object, is read still. */
export const BLOCK_FORMAT = 2;

const FIELDS = Object.keys(emptyRow) as (keyof RequestLogRow)[];
const HEAD = `{"fields":${JSON.stringify(FIELDS)},"rows":`;

/**
 * The settlements of one commit as one JSON text: the fields' names once, then an array of values per settlement, with
 * `held` and `periodStartMs` before them and bigints as decimal strings. A third of the bytes of an object each.
 */
export function encodeBlock(settlements: readonly Settlement[]): string {
  return `${HEAD}${JSON.stringify(settlements.map(packed))}}`;
}

/** The settlements that encodeBlock was given, exactly. Throws on a format or a text that it does not know. */
export function decodeBlock(format: number, text: string): Settlement[] {
  if (format === SPOOL_FORMAT) return [decodeSettlement(format, text)];
  if (format !== BLOCK_FORMAT) throw new Error(`spool format ${format} is not known to this release`);
  const { fields, rows } = JSON.parse(text) as { fields: string[]; rows: unknown[][] };
  return rows.map(([held, periodStartMs, ...values]) => {
    const row = Object.fromEntries(fields.map((field, index) => [field, values[index]]));
    for (const field of BIGINTS) if (field in row) row[field] = BigInt(String(row[field]));
    if (typeof row.requestId !== "string" || typeof held !== "boolean") throw new Error("not a settlement");
    return { held, periodStartMs: periodStartMs as number | null, row: { ...emptyRow, ...row } };
  });
}

/** The settlements of one row of the settlement table, each with its number. */
export function rowsOf(block: Record<string, unknown>): SpoolRow[] {
  const [last, count, text] = [Number(block.seq), Number(block.count), String(block.body)];
  const first = last - count + 1;
  try {
    return decodeBlock(Number(block.format), text).map((settlement, index) => ({
      seq: first + index,
      settlement,
    }));
  } catch {
    // Each of its numbers must be passed; the text is kept once.
    return Array.from({ length: count }, (_, index) => ({
      seq: first + index,
      unreadable: index === 0 ? text : `see number ${first}`,
    }));
  }
}

const BIGINTS = FIELDS.filter((field) => typeof emptyRow[field] === "bigint");

function packed({ held, periodStartMs, row }: Settlement): unknown[] {
  const values: unknown[] = [held, periodStartMs];
  for (const field of FIELDS) {
    const value = row[field];
    values.push(typeof value === "bigint" ? value.toString() : value);
  }
  return values;
}
