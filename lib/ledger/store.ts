import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { AppError } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { openHolds, openHoldsNode } from "#lib/runtime/open-holds";
import { balanceChange, balancesAfter, type LedgerPosting } from "./entries.ts";
import type { LedgerEntry, LedgerKind } from "./schema.ts";

/**
 * An account's money, nano-USD. `held`: by running calls, in the database, in this node's memory and in other nodes' as
 * they tell it each second; and what a node that has fallen silent has leased, which nobody can ask back. `creditLine`:
 * how far the balance may fall below 0.
 */
export type Funds = { balance: bigint; held: bigint; creditLine: bigint };

/** Where a page of ledger entries ended: the entry's time (Postgres' own text, to the microsecond) and id. */
export type LedgerPosition = readonly [createdAt: string, transactionId: string];

type Db = Pick<Transaction, "$queryRaw">;

/**
 * Posts one ledger transaction and moves the account's balance by its customer lines, in the caller's transaction.
 * Money that goes out (a refund, an adjustment) must be available: neither held by calls nor leased by nodes, which
 * `gatherFunds` (lib/funds/store.ts) asks back before the transaction; else 409 `insufficient_balance`, and the caller
 * lets that roll the transaction back. With `mayOwe` it is taken out all the same. Throws when the lines do not sum to 0 (the database checks that again at commit)
 * or the account has no funds row.
 */
export async function postTransaction(tx: Transaction, posting: LedgerPosting): Promise<void> {
  const { id, accountId, entries, mayOwe = false } = posting;
  const change = balanceChange(entries);
  // One statement: whoever credits waits for the database once.
  const moved = await tx.$executeRaw`
    WITH header AS (
      INSERT INTO hot.ledger_transaction (id, kind, account_id, reference, note, actor)
      VALUES (${id}::uuid, ${posting.kind}, ${accountId}::uuid, ${posting.reference}, ${posting.note}, ${posting.actor})
    ), lines AS (
      INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
      SELECT ${id}::uuid, line - 1, ledger_account, CASE WHEN ledger_account = 'customer' THEN ${accountId}::uuid END, amount
      FROM unnest(${entries.map((line) => line.ledgerAccount)}::text[], ${entries.map((line) => line.amountNanoUsd)}::bigint[])
        WITH ORDINALITY AS line (ledger_account, amount, line)
    )
    UPDATE hot.account_funds SET balance = balance + ${change}::bigint WHERE account_id = ${accountId}::uuid
      AND (${change}::bigint >= 0 OR ${mayOwe} OR balance - held - leased + ${change}::bigint >= 0)`;
  if (moved === 1) return;
  if (change >= 0n || mayOwe) throw new Error(`account ${accountId} has no funds row`);
  throw new AppError({
    code: "insufficient_balance",
    status: 409,
    message: `The account has less than $${formatUsd(-change)} available: what running calls hold cannot be taken out.`,
  });
}

/** Gives a new account its money row: balance 0. */
export async function openFunds(tx: Transaction, accountId: string): Promise<void> {
  await tx.$executeRaw`INSERT INTO hot.account_funds (account_id) VALUES (${accountId}::uuid)`;
}

/** The money of several accounts by id; an account without a row has none. */
export async function findFunds(
  accountIds: readonly string[],
  db: Db = prisma(),
): Promise<Map<string, Funds>> {
  const rows = await db.$queryRaw<({ accountId: string } & Funds)[]>`
    SELECT f.account_id::text AS "accountId", f.balance, f.credit_line AS "creditLine", f.held + coalesce((
        SELECT sum(CASE WHEN n.seen_at < clock_timestamp() - ${SILENT_SECONDS} * interval '1 second' THEN l.amount
                        ELSE coalesce(h.held, 0) END)
        FROM hot.lease l JOIN hot.lease_node n USING (node_id) LEFT JOIN hot.node_hold h USING (node_id, account_id)
        WHERE l.account_id = f.account_id AND l.node_id IS DISTINCT FROM ${openHoldsNode()}::uuid), 0)::bigint AS held
    FROM hot.account_funds f WHERE f.account_id = ANY(${accountIds}::uuid[])`;
  // Leased money that no call holds is not counted: it comes back when another node asks for it.
  return new Map(
    rows.map(({ accountId, balance, held, creditLine }) => [
      accountId,
      { balance, held: held + openHolds(accountId), creditLine },
    ]),
  );
}

/** A node that has said nothing for so long does not answer recalls. Nodes that live speak every 5 s. */
const SILENT_SECONDS = 20;

/** How many accounts owe more than they may. */
export async function countDebts(): Promise<number> {
  const rows = await prisma().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM hot.account_funds WHERE balance + credit_line < 0 AND account_id <> ${HOUSE_ACCOUNT_ID}::uuid`;
  return Number(rows[0]?.count ?? 0);
}

/**
 * An account's entries, newest first, up to `limit` + 1, each with the position to go on from. `balanceAfter` is
 * exact: the balance now, less what newer entries moved, all read in one statement.
 */
export async function listLedgerEntries(
  accountId: string,
  limit: number,
  after?: LedgerPosition,
): Promise<{ entry: LedgerEntry; position: LedgerPosition }[]> {
  if (!isUuid(accountId)) return [];
  const [time, id] = after ?? ["infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  const rows = await prisma().$queryRaw<EntryRow[]>`
    SELECT t.id::text AS id, t.created_at AS "createdAt", t.created_at::text AS position, t.kind, t.reference,
           t.note, t.requests, t.minute, e.amount,
           (SELECT balance FROM hot.account_funds WHERE account_id = ${accountId}::uuid) -
           (SELECT coalesce(sum(n.amount), 0)::bigint
            FROM hot.ledger_transaction newer
            JOIN hot.ledger_entry n ON n.transaction_id = newer.id AND n.account_id = newer.account_id
            WHERE newer.account_id = ${accountId}::uuid
              AND (newer.created_at, newer.id) >= (${time}::timestamptz, ${id}::uuid)) AS newest
    FROM hot.ledger_transaction t
    CROSS JOIN LATERAL (SELECT sum(l.amount)::bigint AS amount FROM hot.ledger_entry l
                        WHERE l.transaction_id = t.id AND l.account_id = t.account_id) e
    WHERE t.account_id = ${accountId}::uuid AND (t.created_at, t.id) < (${time}::timestamptz, ${id}::uuid)
      AND e.amount IS NOT NULL
    ORDER BY t.created_at DESC, t.id DESC LIMIT ${limit + 1}`;
  const balances = balancesAfter(
    rows[0]?.newest ?? 0n,
    rows.map((row) => row.amount),
  );
  return rows.map((row, index) => ({
    entry: toEntry(row, balances[index] ?? 0n),
    position: [row.position, row.id],
  }));
}

type EntryRow = {
  id: string;
  createdAt: Date;
  position: string;
  kind: LedgerKind;
  reference: string;
  note: string;
  requests: number | null;
  minute: Date | null;
  amount: bigint;
  newest: bigint;
};

function toEntry(row: EntryRow, balanceAfter: bigint): LedgerEntry {
  return {
    transactionId: row.id,
    createdAt: row.createdAt.toISOString(),
    kind: row.kind,
    amount: formatUsd(row.amount),
    balanceAfter: formatUsd(balanceAfter),
    reference: row.reference,
    note: row.note,
    requests: row.requests,
    minute: row.minute?.toISOString() ?? null,
  };
}
