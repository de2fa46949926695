import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import { queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import type { Line, Month } from "./lines.ts";
import { type Statement, type StatementKind, statementKinds } from "./schema.ts";

/** A month that is over and has no statement yet. */
export type DueMonth = {
  accountId: string;
  accountName: string;
  month: string;
  timeZone: string;
  from: Date;
  to: Date;
};

/**
 * The next missing month of each account, of those that were over an hour ago: by then what a node had to book is booked.
 * Months follow each other without a gap, from the account's first entry on, whatever becomes of its time zone.
 */
export async function findDue(now: Date, limit: number): Promise<DueMonth[]> {
  return queryRows<DueMonth>(
    `WITH last AS (SELECT DISTINCT ON (account_id) account_id, month, ends_at FROM statement ORDER BY account_id, month DESC),
     next AS (
       SELECT a.id, a.name, a.time_zone AS zone, l.ends_at AS since,
         coalesce((l.month || '-01')::date + interval '1 month',
           date_trunc('month', (SELECT min(coalesce(t.minute, t.created_at)) FROM hot.ledger_transaction t
             WHERE t.account_id = a.id) AT TIME ZONE a.time_zone)) AS first
       FROM account a LEFT JOIN last l ON l.account_id = a.id WHERE a.id <> '${HOUSE_ACCOUNT_ID}'
     )
     SELECT id::text AS "accountId", name AS "accountName", to_char(first, 'YYYY-MM') AS month, zone AS "timeZone",
       coalesce(since, first AT TIME ZONE zone) AS "from", (first + interval '1 month') AT TIME ZONE zone AS "to"
     FROM next WHERE first IS NOT NULL
       AND (first + interval '1 month') AT TIME ZONE zone <= $1::timestamptz - interval '1 hour'
     ORDER BY first, id LIMIT $2`,
    [now, limit],
  );
}

/** What an account's ledger said at one moment: balances at both ends of a month, and what moved between. Nano-USD. */
export async function readMonth(
  { accountId, from, to }: DueMonth,
  tx: Transaction,
): Promise<Month & { openingNanoUsd: bigint; closingNanoUsd: bigint }> {
  // One statement, so that all figures are of the same moment.
  const rows = await tx.$queryRaw<{ what: string; name: string; amount: bigint; count: bigint }[]>`
    WITH moved AS (
      SELECT t.kind, coalesce(t.minute, t.created_at) AS at, coalesce(t.requests, 1) AS count,
        (SELECT sum(e.amount) FROM hot.ledger_entry e
          WHERE e.transaction_id = t.id AND e.account_id = t.account_id) AS amount
      FROM hot.ledger_transaction t WHERE t.account_id = ${accountId}::uuid
    )
    SELECT 'opening' AS what, '' AS name, coalesce(sum(amount), 0)::bigint AS amount, 0::bigint AS count
      FROM moved WHERE at < ${from}
    UNION ALL SELECT 'closing', '', coalesce(sum(amount), 0)::bigint, 0 FROM moved WHERE at < ${to}
    UNION ALL SELECT 'kind', CASE WHEN kind = 'bonus' AND amount < 0 THEN 'bonus_ended' ELSE kind END,
        sum(amount)::bigint, sum(count)::bigint
      FROM moved WHERE at >= ${from} AND at < ${to} GROUP BY 2
    UNION ALL SELECT 'model', model, sum(cost)::bigint, sum(requests)::bigint
      FROM hot.rollup_minute_key WHERE account_id = ${accountId} AND minute >= ${from} AND minute < ${to} GROUP BY model`;
  const only = (what: string) => rows.filter((row) => row.what === what);
  return {
    openingNanoUsd: only("opening")[0]?.amount ?? 0n,
    closingNanoUsd: only("closing")[0]?.amount ?? 0n,
    moved: only("kind").map(({ name, amount, count }) => ({
      ...{ kind: kindOf(name), amountNanoUsd: amount, count: Number(count) },
    })),
    models: only("model").map(({ name, amount, count }) => ({
      ...{ model: name, costNanoUsd: amount, requests: Number(count) },
    })),
  };
}

/** The closing balance of an account's newest statement, nano-USD; undefined: it has none. */
export async function lastClosing(accountId: string, tx: Transaction): Promise<bigint | undefined> {
  const row = await tx.statement.findFirst({ where: { accountId }, orderBy: { month: "desc" } });
  return row?.closingNanoUsd;
}

/** Inserts unless the account has one of that month: then undefined. */
export async function insertStatement(
  tx: Transaction,
  data: Omit<Prisma.StatementCreateManyInput, "lines"> & { lines: readonly Line[] },
): Promise<string | undefined> {
  const lines = data.lines.map(({ amountNanoUsd, ...line }) => ({
    ...line,
    amount: formatUsd(amountNanoUsd),
  }));
  const [row] = await tx.statement.createManyAndReturn({ data: { ...data, lines }, skipDuplicates: true });
  return row?.id;
}

/** An account's statements, newest first, up to `limit` + 1, before a month. */
export async function listStatements(
  accountId: string,
  limit: number,
  before?: string,
): Promise<Statement[]> {
  const rows = await prisma().statement.findMany({
    where: { accountId, ...(before === undefined ? {} : { month: { lt: before } }) },
    orderBy: { month: "desc" },
    take: limit + 1,
    include: { account: { select: { name: true } } },
  });
  return rows.map(toStatement);
}

/** As it was made: a statement never changes. Undefined: there is none, or `id` is no UUID. */
export async function findStatement(id: string): Promise<Statement | undefined> {
  if (!isUuid(id)) return undefined;
  const include = { account: { select: { name: true } } };
  const row = await prisma().statement.findUnique({ where: { id }, include });
  return row === null ? undefined : toStatement(row);
}

function toStatement(
  row: Prisma.StatementGetPayload<{ include: { account: { select: { name: true } } } }>,
): Statement {
  return {
    id: row.id,
    accountId: row.accountId,
    accountName: row.account.name,
    month: row.month,
    timeZone: row.timeZone,
    from: row.startsAt.toISOString(),
    to: row.endsAt.toISOString(),
    opening: formatUsd(row.openingNanoUsd),
    late: formatUsd(row.lateNanoUsd),
    closing: formatUsd(row.closingNanoUsd),
    // Written by insertStatement, and never changed.
    lines: row.lines as Statement["lines"],
    createdAt: row.createdAt.toISOString(),
  };
}

function kindOf(text: string): StatementKind {
  return statementKinds.find((kind) => kind === text) ?? "adjustment";
}
