import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";
import { decodeSettlement, SPOOL_FORMAT } from "./format.ts";

/** A committed settlement; `unreadable` holds the text of a row whose format this release does not know. */
export type SpoolRow = { seq: number } & (
  | { settlement: Settlement; unreadable?: never }
  | { settlement?: never; unreadable: string }
);

/** Of what stands in the settlement table now. Formats 1 (one settlement as an object) and 2 (`fields`, `rows`) are read still. */
export const BLOCK_FORMAT = 3;

type OptionalField = {
  [Field in keyof RequestLogRow]-?: object extends Pick<RequestLogRow, Field> ? Field : never;
}[keyof RequestLogRow];
/** Left out of the rows that they say nothing of. */
const OPTIONAL = Object.keys({
  isModelUnknown: true,
  passedOver: true,
  imageKind: true,
} satisfies Record<OptionalField, true>);
const ROW_FIELDS = [...Object.keys(emptyRow), ...OPTIONAL] as (keyof RequestLogRow)[];
const FIELDS = ["held", "periodStartMs", ...ROW_FIELDS];

/** `same`: by place in `fields`, what all settlements share; null where they differ, which `each` has: a value per settlement. */
type Packed = {
  fields: string[];
  count: number;
  same: unknown[];
  each: [place: number, values: unknown[]][];
};
const HEAD = `{"fields":${JSON.stringify(FIELDS)},`;

/**
 * The settlements of one commit as one JSON text, field by field, bigints as decimal strings. Calls that end together are much
 * alike, and what they share is written once: half the bytes, and half the time, of a list of values per call.
 */
export function encodeBlock(settlements: readonly Settlement[]): string {
  const same: Packed["same"] = [];
  const each: Packed["each"] = [];
  for (let place = 0; place < FIELDS.length; place += 1) {
    const value = valueAt(settlements[0], place);
    const isShared = settlements.every((settlement) => valueAt(settlement, place) === value);
    same.push(isShared ? written(value) : null);
    if (!isShared) each.push([place, settlements.map((settlement) => written(valueAt(settlement, place)))]);
  }
  const { length: count } = settlements;
  return `${HEAD}"count":${count},"same":${JSON.stringify(same)},"each":${JSON.stringify(each)}}`;
}

function valueAt(settlement: Settlement | undefined, place: number): unknown {
  if (place === 0) return settlement?.held;
  if (place === 1) return settlement?.periodStartMs;
  const field = ROW_FIELDS[place - 2];
  return field && settlement?.row[field];
}

const written = (value: unknown) => (typeof value === "bigint" ? value.toString() : value);

/** The settlements that encodeBlock was given, exactly. Throws on a format or a text that it does not know. */
export function decodeBlock(format: number, text: string): Settlement[] {
  if (format === SPOOL_FORMAT) return [decodeSettlement(format, text)];
  if (format === 2) return rowsOfFormat2(text).map(settlementOf);
  if (format !== BLOCK_FORMAT) throw new Error(`spool format ${format} is not known to this release`);
  const { fields, count, same, each } = JSON.parse(text) as Packed;
  return Array.from({ length: count }, (_, index) => {
    const values = [...same];
    for (const [place, ofEach] of each) values[place] = ofEach[index];
    return settlementOf(named(fields, values));
  });
}

/** What a row does not have stands as null in the list. */
function named(fields: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const pairs = fields.map((field, place) => [field, values[place]] as const);
  return Object.fromEntries(pairs.filter(([field, value]) => value !== null || !OPTIONAL.includes(field)));
}

/** `fields`: their names once; `rows`: per settlement `held`, `periodStartMs` and the fields' values. */
function rowsOfFormat2(text: string): Record<string, unknown>[] {
  const { fields, rows } = JSON.parse(text) as { fields: string[]; rows: unknown[][] };
  return rows.map(([held, periodStartMs, ...values]) => ({ held, periodStartMs, ...named(fields, values) }));
}

function settlementOf({ held, periodStartMs, ...row }: Record<string, unknown>): Settlement {
  for (const field of BIGINTS) if (field in row) row[field] = BigInt(String(row[field]));
  if (typeof row.requestId !== "string" || typeof held !== "boolean") throw new Error("not a settlement");
  return { held, periodStartMs: periodStartMs as number | null, row: { ...emptyRow, ...row } };
}

const BIGINTS = ROW_FIELDS.filter((field) => typeof emptyRow[field] === "bigint");

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
