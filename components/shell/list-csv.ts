import type { RowData } from "@tanstack/react-table";
import { apiGet, type QueryParams } from "#lib/api/client";
import type { Page } from "#lib/api/queries";
import { csvLine } from "#lib/core/csv";
import type { Column } from "../data-table/columns.ts";

/** More is not put together in a browser's memory. */
export const mostRows = 50_000;

/**
 * A list as CSV: the columns that have values, all pages of the query up to `mostRows`. `isCut` says that there were
 * more. `get` reads a page. Throws ApiProblem.
 */
export async function listAsCsv<T extends RowData>(
  columns: readonly Column<T>[],
  [path, params]: readonly [string, QueryParams],
  get: typeof apiGet = apiGet,
): Promise<{ text: string; count: number; isCut: boolean }> {
  const read = columns.flatMap((column) => {
    const value = "accessorFn" in column ? column.accessorFn : undefined;
    return typeof value === "function" ? [{ name: String(column.header), value }] : [];
  });
  const lines = [csvLine(read.map(({ name }) => name))];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await get<Page<T>>(path, { ...params, limit: 500, cursor });
    for (const row of page.items) {
      lines.push(csvLine(read.map(({ value }, index) => textOf(value(row, index)))));
    }
    cursor = page.nextCursor;
  } while (cursor !== null && lines.length <= mostRows);
  return { text: `${lines.join("\r\n")}\r\n`, count: lines.length - 1, isCut: cursor !== null };
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
