import pg from "pg";
import { expect } from "vitest";
import { ledgerOf } from "./ledger.ts";
import { costOfLoad, type Load } from "./load.ts";

/** What stands in the tables of one account, read past all of the product's code. Money in nano-USD. */
export type Books = {
  balance: bigint;
  held: bigint;
  leased: bigint;
  /** What nodes say that their running calls hold. */
  nodeHolds: bigint;
  rows: { requestId: string; status: number; errorCode: string | null; cost: bigint; hold: bigint }[];
};

export async function booksOf(database: pg.Pool, accountId: string): Promise<Books> {
  const { rows: funds } = await database.query(
    `SELECT balance::text, held::text, leased::text,
       (SELECT coalesce(sum(held), 0)::text FROM hot.node_hold h WHERE h.account_id = f.account_id) AS told
     FROM hot.account_funds f WHERE account_id = $1`,
    [accountId],
  );
  const { rows } = await database.query(
    "SELECT request_id, status, error_code, cost::text, hold::text FROM hot.request_log WHERE account_id = $1",
    [accountId],
  );
  return {
    balance: BigInt(funds[0].balance),
    held: BigInt(funds[0].held),
    leased: BigInt(funds[0].leased),
    nodeHolds: BigInt(funds[0].told),
    rows: rows.map((row) => ({
      requestId: row.request_id,
      status: row.status,
      errorCode: row.error_code,
      cost: BigInt(row.cost),
      hold: BigInt(row.hold),
    })),
  };
}

/** Nothing is held any more: not in the database, not on any node, not in a lease. */
export async function untilIdle(database: pg.Pool, accountId: string, timeout = 30_000): Promise<void> {
  const nothing = { held: 0n, leased: 0n, nodeHolds: 0n };
  const now = async () => {
    const { held, leased, nodeHolds } = await booksOf(database, accountId);
    return { held, leased, nodeHolds };
  };
  await expect.poll(now, { timeout }).toEqual(nothing);
}

/**
 * Every answer that arrived whole is logged once and billed exactly, no row stands twice, and balance, ledger and rows
 * say the same of an account that began with `fundsNanoUsd`. Call it when nothing is held any more.
 */
export async function expectExact(
  database: pg.Pool,
  accountId: string,
  load: Pick<Load, "received">,
  fundsNanoUsd: bigint,
): Promise<Books> {
  const wrong = async () => {
    const { rows } = await booksOf(database, accountId);
    const costs = new Map(rows.map((row) => [row.requestId, row.cost]));
    expect(costs.size).toBe(rows.length);
    return [...load.received].filter(([id, tokens]) => costs.get(id) !== BigInt(costOfLoad(tokens)));
  };
  // Of a node that was abandoned no lease says that something is still on its way.
  await expect.poll(wrong, { timeout: 30_000 }).toEqual([]);
  const books = await booksOf(database, accountId);
  const spent = books.rows.reduce((sum, row) => sum + row.cost, 0n);
  const { sum, usage } = await ledgerOf(database, accountId);
  expect({ balance: books.balance, entries: sum, usage }).toEqual({
    balance: fundsNanoUsd - spent,
    entries: fundsNanoUsd - spent,
    usage: -spent,
  });
  return books;
}

/** A small pool on a database that a test looks into itself. */
export function openDatabase(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  // The database may be stopped by the test.
  pool.on("error", () => {});
  return pool;
}
