import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { queryRows } from "#lib/db/pool";
import type { LedgerKind, LedgerTransaction, LedgerTransactionRow, ListEntries } from "./schema.ts";
import type { LedgerPosition } from "./store.ts";

type Row = {
  id: string;
  created_at: Date;
  position: string;
  kind: LedgerKind;
  account_id: string | null;
  account_name: string | null;
  amount: bigint | null;
  reference: string;
  note: string;
  actor: string;
  requests: number | null;
  minute: Date | null;
};

const SELECT = `SELECT t.*, t.created_at::text AS position, a.name AS account_name, e.amount
  FROM hot.ledger_transaction t
  LEFT JOIN account a ON a.id = t.account_id
  LEFT JOIN LATERAL (SELECT sum(l.amount)::bigint AS amount FROM hot.ledger_entry l
    WHERE l.transaction_id = t.id AND l.account_id IS NOT NULL) e ON true`;

/** Ledger transactions of all accounts, newest first, up to `limit` + 1, each with the position to go on from. */
export async function listTransactions(
  query: ListEntries,
  after?: LedgerPosition,
): Promise<{ row: LedgerTransactionRow; position: LedgerPosition }[]> {
  const rows = await queryRows<Row>(
    `${SELECT} WHERE ($1::uuid IS NULL OR t.account_id = $1) AND ($2::text IS NULL OR t.kind = $2)
       AND ($3::timestamptz IS NULL OR t.created_at >= $3) AND ($4::timestamptz IS NULL OR t.created_at < $4)
       AND ($5::timestamptz IS NULL OR (t.created_at, t.id) < ($5::timestamptz, $6::uuid))
     ORDER BY t.created_at DESC, t.id DESC LIMIT $7`,
    [
      query.accountId ?? null,
      query.kind ?? null,
      query.from ?? null,
      query.to ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      query.limit + 1,
    ],
  );
  return rows.map((row) => ({ row: toRow(row), position: [row.position, row.id] as const }));
}

/** One transaction with both sides of it, which sum to 0. */
export async function findTransaction(id: string): Promise<LedgerTransaction | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await queryRows<Row>(`${SELECT} WHERE t.id = $1`, [id]);
  if (row === undefined) return undefined;
  const lines = await queryRows<{
    ledger_account: LedgerTransaction["lines"][number]["ledgerAccount"];
    account_id: string | null;
    account_name: string | null;
    amount: bigint;
  }>(
    `SELECT l.ledger_account, l.account_id, a.name AS account_name, l.amount
     FROM hot.ledger_entry l LEFT JOIN account a ON a.id = l.account_id WHERE l.transaction_id = $1 ORDER BY l.line`,
    [id],
  );
  return {
    ...toRow(row),
    lines: lines.map((line) => ({
      ledgerAccount: line.ledger_account,
      accountId: line.account_id,
      accountName: line.account_name,
      amount: formatUsd(line.amount),
    })),
    sum: formatUsd(lines.reduce((sum, line) => sum + line.amount, 0n)),
  };
}

function toRow(row: Row): LedgerTransactionRow {
  return {
    transactionId: row.id,
    createdAt: row.created_at.toISOString(),
    kind: row.kind,
    accountId: row.account_id,
    accountName: row.account_name,
    amount: formatUsd(row.amount ?? 0n),
    reference: row.reference,
    note: row.note,
    actor: row.actor,
    requests: row.requests,
    minute: row.minute?.toISOString() ?? null,
  };
}
