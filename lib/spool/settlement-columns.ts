import { type Column, columnsOf } from "#lib/core/columns";
import { emptyRow, type RequestLogRow, type Written, written } from "#lib/logs/row";
import type { Counted, Settlement } from "#lib/settlement/batch";
import { FIELDS, type Field, valuesOf } from "./fields.ts";

/** Settlements field by field, by place in FIELDS: what all of them share stands there once. */
export type SettlementColumns = { count: number; columns: readonly Column<Written>[] };

const PLACES = Object.fromEntries(FIELDS.map((field, place) => [field, place])) as Record<Field, number>;

/** The settlements by field. */
export function columnsOfSettlements(settlements: readonly Settlement[]): SettlementColumns {
  const columns = columnsOf(settlements.map(valuesOf)).map(({ same, each }) =>
    each === undefined ? { same: written(same) } : together(each.map(written)),
  );
  return { count: settlements.length, columns };
}

/** Lists are no less alike for being two objects. */
function together(each: Written[]): Column<Written> {
  const [same = null] = each;
  return each.every((value) => value === same) ? { same } : { each };
}

export function columnOf({ columns }: SettlementColumns, field: Field): Column<Written> {
  const column = columns[PLACES[field]];
  if (column === undefined) throw new Error(`no column of ${field}`);
  return column;
}

/** What a column says of the settlement at `index`. */
export function valueAt(column: Column<Written>, index: number): Written {
  return column.each === undefined ? column.same : (column.each[index] ?? null);
}

/** The settlements from `start` up to and without `end`. */
export function slice({ count, columns }: SettlementColumns, start: number, end: number): SettlementColumns {
  if (start <= 0 && end >= count) return { count, columns };
  const cut = columns.map((column) =>
    column.each === undefined ? column : { each: column.each.slice(start, end) },
  );
  return { count: Math.min(end, count) - Math.max(start, 0), columns: cut };
}

/** All settlements of several in their order. Of none there are no columns. */
export function joined(parts: readonly SettlementColumns[]): SettlementColumns {
  const [first] = parts;
  if (first === undefined) return { count: 0, columns: [] };
  if (parts.length === 1) return first;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return { count, columns: first.columns.map((column, place) => joinedAt(parts, place, column)) };
}

function joinedAt(
  parts: readonly SettlementColumns[],
  place: number,
  first: Column<Written>,
): Column<Written> {
  if (first.each === undefined && parts.every(({ columns }) => isSame(columns[place], first.same)))
    return first;
  const each: Written[] = [];
  for (const { count, columns } of parts) {
    const column = columns[place];
    if (column?.each !== undefined) for (const value of column.each) each.push(value);
    else for (let index = 0; index < count; index += 1) each.push(column?.same ?? null);
  }
  return { each };
}

const isSame = (column: Column<Written> | undefined, value: Written) =>
  column !== undefined && column.each === undefined && column.same === value;

/** The settlements whose index is named, in that order. */
export function pick({ columns }: SettlementColumns, indices: readonly number[]): SettlementColumns {
  const picked = columns.map((column) =>
    column.each === undefined ? column : { each: indices.map((index) => column.each[index] ?? null) },
  );
  return { count: indices.length, columns: picked };
}

type OptionalField = {
  [Field in keyof RequestLogRow]-?: object extends Pick<RequestLogRow, Field> ? Field : never;
}[keyof RequestLogRow];
/** Left out of the rows that they say nothing of. */
const OPTIONAL: ReadonlySet<string> = new Set(
  Object.keys({
    isModelUnknown: true,
    passedOver: true,
    imageKind: true,
    parentId: true,
  } satisfies Record<OptionalField, true>),
);
const LISTS: ReadonlySet<string> = new Set(["attempts", "passedOver"]);
const BIGINTS: ReadonlySet<string> = new Set(
  Object.entries(emptyRow).flatMap(([field, value]) => (typeof value === "bigint" ? field : [])),
);
const DIGITS = /^-?\d+$/;

/** Whether the columns are settlements at all: each has an id, and amounts that are numbers. */
export function isReadable(batch: SettlementColumns): boolean {
  return batch.columns.every((column, place) => {
    const isFit = checks.get(FIELDS[place] ?? "");
    if (column.each === undefined) return isFit === undefined || isFit(column.same);
    return column.each.length === batch.count && (isFit === undefined || column.each.every(isFit));
  });
}

const isAmount = (value: Written) => typeof value === "string" && DIGITS.test(value);
const checks: ReadonlyMap<string, (value: Written) => boolean> = new Map([
  ["requestId", (value: Written) => typeof value === "string"],
  ["held", (value: Written) => typeof value === "boolean"],
  ...[...BIGINTS].map((field) => [field, isAmount] as const),
]);

/** The settlements themselves, exactly. */
export function settlementsOf(batch: SettlementColumns): Settlement[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const row: Record<string, unknown> = { ...emptyRow };
    const rest: Record<string, unknown> = {};
    for (const [place, column] of batch.columns.entries()) {
      const field = FIELDS[place] ?? "requestId";
      put(field in emptyRow || OPTIONAL.has(field) ? row : rest, field, valueAt(column, index));
    }
    return { ...rest, row } as Settlement;
  });
}

function put(into: Record<string, unknown>, field: Field, value: Written): void {
  if (value === null && OPTIONAL.has(field)) return;
  if (BIGINTS.has(field)) into[field] = BigInt(String(value));
  else into[field] = LISTS.has(field) ? JSON.parse(String(value)) : value;
}

/**
 * Shows one settlement after the other, in the same object: whoever visits keeps none of it. Thousands of objects per flush
 * cost more than what is done with them.
 */
export function visitEach(
  batch: SettlementColumns,
  visit: (settlement: Counted, index: number) => void,
): void {
  const row = { ...emptyRow };
  const settlement = { held: false, periodStartMs: null, row };
  const changing: { into: Record<string, unknown>; field: Field; each: Written[]; isBigint: boolean }[] = [];
  for (const [place, column] of batch.columns.entries()) {
    const field = FIELDS[place] ?? "requestId";
    if (LISTS.has(field)) continue;
    const into: Record<string, unknown> = field in settlement ? settlement : row;
    if (column.each === undefined) put(into, field, column.same);
    else changing.push({ into, field, each: column.each, isBigint: BIGINTS.has(field) });
  }
  for (let index = 0; index < batch.count; index += 1) {
    for (const { into, field, each, isBigint } of changing) {
      const value = each[index] ?? null;
      // Null of what a row may leave out means that it does.
      if (isBigint) into[field] = BigInt(String(value));
      else into[field] = value === null && OPTIONAL.has(field) ? undefined : value;
    }
    visit(settlement, index);
  }
}
