import { columnsOf } from "#lib/core/columns";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";
import { FIELDS, valuesOf } from "./fields.ts";
import { decodeSettlement, SPOOL_FORMAT } from "./format.ts";

/** A committed settlement; `unreadable` holds the text of a row whose format this release does not know. */
export type SpoolRow = { seq: number } & (
  | { settlement: Settlement; unreadable?: never }
  | { settlement?: never; unreadable: string }
);

/** A row of the settlement table: the settlements `seq − count + 1 … seq`. */
export type Block = { seq: number; count: number; format: number; body: string };

/** Of what stands in the settlement table now. Formats 1 (one settlement as an object) and 2 (`fields`, `rows`) are read still. */
export const BLOCK_FORMAT = 3;

type OptionalField = {
  [Field in keyof RequestLogRow]-?: object extends Pick<RequestLogRow, Field> ? Field : never;
}[keyof RequestLogRow];
/** Left out of the rows that they say nothing of. */
const OPTIONAL = new Set(
  Object.keys({
    isModelUnknown: true,
    passedOver: true,
    imageKind: true,
    parentId: true,
  } satisfies Record<OptionalField, true>),
);
const BIGINTS = new Set(
  Object.entries(emptyRow).flatMap(([field, value]) => (typeof value === "bigint" ? field : [])),
);

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
 * The settlements of one commit as one JSON text, field by field, bigints as decimal strings. Calls that end together are much
 * alike, and what they share is written once: half the bytes, and half the time, of a list of values per call.
 */
export function encodeBlock(settlements: readonly Settlement[]): string {
  const same: Packed["same"] = [];
  const each: Packed["each"] = [];
  for (const [place, values] of columnsOf(settlements.map(valuesOf)).entries()) {
    same.push(values.each === undefined ? written(values.same) : null);
    if (values.each !== undefined) each.push([place, values.each.map(written)]);
  }
  const { length: count } = settlements;
  return `${HEAD}"count":${count},"same":${JSON.stringify(same)},"each":${JSON.stringify(each)}}`;
}

const written = (value: unknown) => (typeof value === "bigint" ? value.toString() : value);

/** The settlements that encodeBlock was given, exactly. Throws on a format or a text that it does not know. */
export function decodeBlock(format: number, text: string): Settlement[] {
  if (format === SPOOL_FORMAT) return [decodeSettlement(format, text)];
  if (format === 2) return rowsOfFormat2(text).map(settlementOf);
  if (format !== BLOCK_FORMAT) throw new Error(`spool format ${format} is not known to this release`);
  return unpack(JSON.parse(text) as Packed);
}

/** What all share is put together once; a copy of it gets what is each one's own. */
function unpack({ fields, count, same, each }: Packed): Settlement[] {
  const shared: Record<string, unknown> = { ...emptyRow };
  for (const [place, field] of fields.entries()) put(shared, field, same[place]);
  const { held, periodStartMs, ...rowOfAll } = shared;
  const own = each.map(([place, values]) => ({ field: fields[place] ?? "", values }));
  const heldOf = own.find(({ field }) => field === "held");
  const periodOf = own.find(({ field }) => field === "periodStartMs");
  const ofRow = own.filter((one) => one !== heldOf && one !== periodOf);
  return Array.from({ length: count }, (_, index) => {
    const row = { ...rowOfAll };
    for (const { field, values } of ofRow) put(row, field, values[index]);
    return checked(
      heldOf === undefined ? held : heldOf.values[index],
      periodOf === undefined ? periodStartMs : periodOf.values[index],
      row,
    );
  });
}

function put(row: Record<string, unknown>, field: string, value: unknown): void {
  if (BIGINTS.has(field)) {
    // Null where each has its own.
    if (value !== null) row[field] = BigInt(String(value));
  } else if (value !== null || !OPTIONAL.has(field)) row[field] = value;
}

/** What a row does not have stands as null in the list. */
function named(fields: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const pairs = fields.map((field, place) => [field, values[place]] as const);
  return Object.fromEntries(pairs.filter(([field, value]) => value !== null || !OPTIONAL.has(field)));
}

/** `fields`: their names once; `rows`: per settlement `held`, `periodStartMs` and the fields' values. */
function rowsOfFormat2(text: string): Record<string, unknown>[] {
  const { fields, rows } = JSON.parse(text) as { fields: string[]; rows: unknown[][] };
  return rows.map(([held, periodStartMs, ...values]) => ({ held, periodStartMs, ...named(fields, values) }));
}

function settlementOf({ held, periodStartMs, ...row }: Record<string, unknown>): Settlement {
  for (const field of BIGINTS) if (field in row) row[field] = BigInt(String(row[field]));
  return checked(held, periodStartMs, { ...emptyRow, ...row });
}

function checked(held: unknown, periodStartMs: unknown, row: Record<string, unknown>): Settlement {
  if (typeof row.requestId !== "string" || typeof held !== "boolean") throw new Error("not a settlement");
  return { held, periodStartMs: periodStartMs as number | null, row: row as RequestLogRow };
}

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
