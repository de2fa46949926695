import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import type { LowKind } from "./care.ts";

/** Days over which the pace is taken, whole ones of UTC. */
const PACE_DAYS = 7;

/** An account as the care for its balance sees it; limits null: as the settings say. Nano-USD. */
export type CaredFor = {
  accountId: string;
  accountName: string;
  spendable: bigint;
  spentInPace: bigint;
  lowBalance: bigint | null;
  lowDays: number | null;
  mailsStatements: boolean | null;
  told: LowKind[];
  toldAt: Date | null;
};

const SELECT = `SELECT a.id::text AS "accountId", a.name AS "accountName", f.balance + f.credit_line AS spendable,
    coalesce(u.spent, 0)::bigint AS "spentInPace", a.low_balance_nano_usd AS "lowBalance", a.low_balance_days AS "lowDays",
    a.mails_statements AS "mailsStatements",
    coalesce((SELECT array_agg(n.kind) FROM balance_notice n WHERE n.account_id = a.id), '{}') AS told,
    (SELECT max(n.sent_at) FROM balance_notice n WHERE n.account_id = a.id) AS "toldAt"
  FROM account a JOIN hot.account_funds f ON f.account_id = a.id
  LEFT JOIN (SELECT account_id, sum(cost) AS spent FROM hot.rollup_day_usage
    WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date - ${PACE_DAYS}
      AND day < ($1::timestamptz AT TIME ZONE 'UTC')::date GROUP BY account_id) u ON u.account_id = a.id::text`;

/** Nano-USD a day over the last 7 whole UTC days, rounded down; days before the first call count as idle. */
export const paceOf = ({ spentInPace }: CaredFor): bigint => spentInPace / BigInt(PACE_DAYS);

/** Low or not. `accountId` must be a UUID, else Postgres throws; undefined: there is no such account. */
export async function findCaredFor(accountId: string, now: Date): Promise<CaredFor | undefined> {
  const [row] = await queryRows<CaredFor>(`${SELECT} WHERE a.id = $2`, [now, accountId]);
  return row;
}

/** Accounts that have ever had money and are low, or were told so: by the widest of the limits that may apply. */
export async function findPerhapsLow(
  now: Date,
  defaults: { lowBalance: bigint; lowDays: number },
): Promise<CaredFor[]> {
  return queryRows<CaredFor>(
    `${SELECT} WHERE a.status = 'active' AND a.id <> '${HOUSE_ACCOUNT_ID}' AND (
       f.balance + f.credit_line < coalesce(a.low_balance_nano_usd, $2::bigint)
       OR f.balance + f.credit_line < coalesce(u.spent, 0) / ${PACE_DAYS} * coalesce(a.low_balance_days, $3::int)
       OR EXISTS (SELECT 1 FROM balance_notice n WHERE n.account_id = a.id))
     AND EXISTS (SELECT 1 FROM hot.ledger_transaction t WHERE t.account_id = a.id AND t.kind <> 'usage')`,
    [now, defaults.lowBalance, defaults.lowDays],
  );
}

/** Takes the right to tell an account; false: it was told. */
export async function claimNotice(
  tx: Transaction,
  accountId: string,
  kind: LowKind,
  at: Date,
): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    INSERT INTO balance_notice (account_id, kind, sent_at) VALUES (${accountId}::uuid, ${kind}, ${at})
    ON CONFLICT DO NOTHING`;
  return claimed === 1;
}

/** Forgets that an account was told, so that it is told again when it is low again. */
export async function clearNotice(tx: Transaction, accountId: string, kind: LowKind): Promise<void> {
  await tx.balanceNotice.deleteMany({ where: { accountId, kind } });
}

/** Sets how far a balance may fall below 0; answers what it was. */
export async function setCreditLine(tx: Transaction, accountId: string, nanoUsd: bigint): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ line: bigint }[]>`
    SELECT credit_line AS line FROM hot.account_funds WHERE account_id = ${accountId}::uuid FOR UPDATE`;
  await tx.$executeRaw`
    UPDATE hot.account_funds SET credit_line = ${nanoUsd}::bigint WHERE account_id = ${accountId}::uuid`;
  return row?.line ?? 0n;
}
