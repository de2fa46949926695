import { emptyRow, type Written, written } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";
import { FIELDS, type Field, valuesOf } from "./fields.ts";
import { decodeSettlement, SPOOL_FORMAT } from "./format.ts";
import {
  columnsOfSettlements,
  isReadable,
  type SettlementColumns,
  settlementsOf,
} from "./settlement-columns.ts";

/** A committed settlement; `unreadable` holds the text of a row whose format this release does not know. */
export type SpoolRow = { seq: number } & (
  | { settlement: Settlement; unreadable?: never }
  | { settlement?: never; unreadable: string }
);

/** A row of the settlement table: the settlements `seq − count + 1 … seq`. */
export type Block = { seq: number; count: number; format: number; body: string };

/**
 * Of what stands in the settlement table now. Read still are formats 1 (one settlement as an object), 2 (`fields`, `rows`)
 * and 3 (as now, but for lists, which stood there as they are and not as JSON of their own).
 */
export const BLOCK_FORMAT = 4;

/** `same`: by place in `fields`, what all settlements share; null where they differ, which `each` has: a value per settlement. */
type Packed = {
  fields: string[];
  count: number;
  same: unknown[];
  each: [place: number, values: unknown[]][];
};
const HEAD = `{"fields":${JSON.stringify(FIELDS)},`;

/** What one commit writes; nothing where it settles nothing. */
export function blockOf(settlements: readonly Settlement[], firstSeq: number): Block | undefined {
  const { length: count } = settlements;
  if (count === 0) return undefined;
  return { seq: firstSeq + count - 1, count, format: BLOCK_FORMAT, body: encodeBlock(settlements) };
}

/**
 * The settlements of one commit as one JSON text, field by field. Calls that end together are much alike, and what they
 * share is written once: half the bytes, and half the time, of a list of values per call.
 */
export function encodeBlock(settlements: readonly Settlement[]): string {
  const [first] = settlements;
  if (first !== undefined && settlements.length === 1) return encodeAlone(first);
  const { count, columns } = columnsOfSettlements(settlements);
  const same: Written[] = [];
  const each: [number, Written[]][] = [];
  for (const [place, column] of columns.entries()) {
    same.push(column.each === undefined ? column.same : null);
    if (column.each !== undefined) each.push([place, column.each]);
  }
  return `${HEAD}"count":${count},"same":${JSON.stringify(same)},"each":${JSON.stringify(each)}}`;
}

/** A node with little to do commits each by itself: the same text without the columns. */
function encodeAlone(settlement: Settlement): string {
  return `${HEAD}"count":1,"same":${JSON.stringify(valuesOf(settlement).map(written))},"each":[]}`;
}

/** The settlements that encodeBlock was given, exactly. Throws on a format or a text that it does not know. */
export function decodeBlock(format: number, text: string): Settlement[] {
  return settlementsOf(decodeColumns(format, text));
}

/** The same, field by field. */
export function decodeColumns(format: number, text: string): SettlementColumns {
  const batch = columnsOfText(format, text);
  if (!isReadable(batch)) throw new Error("not a settlement");
  return batch;
}

function columnsOfText(format: number, text: string): SettlementColumns {
  if (format === SPOOL_FORMAT) return columnsOfSettlements([decodeSettlement(format, text)]);
  if (format === 2) return columnsOfPacked(packedOfFormat2(text));
  if (format !== BLOCK_FORMAT && format !== 3)
    throw new Error(`spool format ${format} is not known to this release`);
  return columnsOfPacked(JSON.parse(text) as Packed);
}

/** `fields`: their names once; `rows`: per settlement `held`, `periodStartMs` and the fields' values. */
function packedOfFormat2(text: string): Packed {
  const { fields, rows } = JSON.parse(text) as { fields: string[]; rows: unknown[][] };
  const named = ["held", "periodStartMs", ...fields];
  const each = named.map((_, place): [number, unknown[]] => [place, rows.map((row) => row[place])]);
  return { fields: named, count: rows.length, same: [], each };
}

/** By place in our FIELDS; what an older release did not know yet is as in an empty row. */
function columnsOfPacked({ fields, count, same, each }: Packed): SettlementColumns {
  const own = new Map(each);
  const columns = FIELDS.map((field, ours) => {
    const place = fields[ours] === field ? ours : fields.indexOf(field);
    if (place === -1) return { same: defaultOf(field) };
    const values = own.get(place);
    return values === undefined ? { same: written(same[place]) } : { each: asWritten(values) };
  });
  return { count, columns };
}

/** Formats before 4 have lists among their values. */
const asWritten = (values: unknown[]): Written[] =>
  typeof values[0] === "object" ? values.map(written) : (values as Written[]);

const defaultOf = (field: Field) =>
  written(field in emptyRow ? emptyRow[field as keyof typeof emptyRow] : null);

/** The settlements of one row of the settlement table, each with its number. */
export function rowsOf({ seq, count, format, body }: Block): SpoolRow[] {
  const first = seq - count + 1;
  try {
    return decodeBlock(format, body).map((settlement, index) => ({
      seq: first + index,
      settlement,
    }));
  } catch {
    // Each of its numbers must be passed; the text is kept once.
    return Array.from({ length: count }, (_, index) => ({
      seq: first + index,
      unreadable: index === 0 ? body : `see number ${first}`,
    }));
  }
}
