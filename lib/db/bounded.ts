import type pg from "pg";
import { inPoolTransaction, pool, type SqlValue } from "./pool.ts";

const QUERY_CANCELED = "57014";
/** Whoever waits longer for a report has gone. */
const REPORT_MS = 30_000;

/**
 * Rows of one statement over many rows, cut after `withinMs`: undefined then. Without just-in-time compilation, which takes
 * longer than most of these queries run.
 */
export async function queryWithin<Row extends pg.QueryResultRow>(
  sql: string,
  values: readonly SqlValue[],
  withinMs: number,
  on: pg.Pool = pool(),
): Promise<Row[] | undefined> {
  try {
    return await inPoolTransaction(async (client) => {
      const timeout = Math.max(1, Math.ceil(withinMs));
      await client.query(`SET LOCAL jit = off; SET LOCAL statement_timeout = ${timeout}`);
      return (await client.query<Row>(sql, [...values])).rows;
    }, on);
  } catch (error) {
    if ((error as { code?: string }).code === QUERY_CANCELED) return undefined;
    throw error;
  }
}

/** The same for reports, which are whole or fail. */
export async function queryReport<Row extends pg.QueryResultRow>(
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<Row[]> {
  const rows = await queryWithin<Row>(sql, values, REPORT_MS);
  if (rows === undefined) throw new Error("a report took too long and was cut");
  return rows;
}
