import { csvLine } from "#lib/core/csv";
import { type ExportColumn, type ExportLogsQuery, exportColumns } from "./export-schema.ts";
import type { LogRow } from "./schema.ts";

type Written = Pick<ExportLogsQuery, "format" | "columns">;

/** What stands before the rows: the names of the columns in a CSV, nothing in NDJSON. */
export function exportHead({ format, columns = exportColumns }: Written): string {
  return format === "csv" ? `${csvLine([...columns])}\r\n` : "";
}

/** Rows as text. CSV cells that a spreadsheet would take for a formula are made safe; null is an empty cell. */
export function exportRows(rows: readonly LogRow[], { format, columns = exportColumns }: Written): string {
  const line = format === "csv" ? csvRow : jsonRow;
  return rows.map((row) => line(row, columns)).join("");
}

/** "request-logs_2026-11-01T000000Z_2026-11-08T000000Z.csv": the range as it was asked for; open ends are left out. */
export function exportFileName({
  from,
  to,
  format,
}: Pick<ExportLogsQuery, "from" | "to" | "format">): string {
  const parts = [from, to].flatMap((time) => (time === undefined ? [] : [compact(time)]));
  return `${["request-logs", ...parts].join("_")}.${format}`;
}

function csvRow(row: LogRow, columns: readonly ExportColumn[]): string {
  return `${csvLine(columns.map((name) => String(row[name] ?? "")))}\r\n`;
}

function jsonRow(row: LogRow, columns: readonly ExportColumn[]): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name]])))}\n`;
}

function compact(time: string): string {
  return new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "");
}
