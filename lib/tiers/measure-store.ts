import { makeFraction, parseFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";

import type { CountedRecharge, RateAt, SpentDay } from "./measure.ts";

type Db = Pick<Transaction, "recharge" | "exchangeRate">;

/** An account's credited recharges less what was refunded of them, oldest first. */
export async function readRecharges(accountId: string, db: Db = prisma()): Promise<CountedRecharge[]> {
  const rows = await db.recharge.findMany({
    where: { accountId, status: "credited" },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => ({
    id: row.id,
    amount: parseFraction(row.amount.minus(row.refundedAmount).toFixed()),
    currency: row.currency,
    usdPerUnit: parseFraction(row.rate),
    day: (row.creditedAt ?? row.createdAt).toISOString().slice(0, 10),
  }));
}

/** The rates of these currencies, all days. */
export async function readRates(currencies: readonly string[], db: Db = prisma()): Promise<RateAt> {
  const rows = await db.exchangeRate.findMany({
    where: { currency: { in: [...new Set(currencies)] } },
    orderBy: { date: "desc" },
  });
  return (currency, day) => {
    if (currency === "USD") return { num: 1n, den: 1n };
    const row = rows.find((rate) => rate.currency === currency && rate.date <= day);
    return row && parseFraction(row.usdPerUnit);
  };
}

/**
 * What accounts spent on each of the last `days` whole days of their own time zones, oldest first: from the rollups of
 * minutes, since a zone's day may begin at any quarter of an hour, and a day of 23 or 25 hours is one day.
 */
export async function readSpentDays(
  accountIds: readonly string[],
  days: number,
  now: Date,
): Promise<Map<string, SpentDay[]>> {
  const rows = await queryRows<{ id: string; day: string; spent: string }>(
    `WITH whose AS (
       SELECT id, time_zone AS zone, ($3::timestamptz AT TIME ZONE time_zone)::date AS today
       FROM account WHERE id = ANY($1::uuid[])
     ), days AS (
       SELECT id, today - n AS day, (today - n)::timestamp AT TIME ZONE zone AS since,
         (today - n + 1)::timestamp AT TIME ZONE zone AS until
       FROM whose, generate_series(1, $2::int) AS n
     )
     SELECT d.id::text AS id, d.day::text AS day, (SELECT coalesce(sum(r.cost), 0) FROM hot.rollup_minute_key r
         WHERE r.account_id = d.id::text AND r.minute >= d.since AND r.minute < d.until)::text AS spent
     FROM days d ORDER BY d.id, d.day`,
    [accountIds, days, now],
  );
  const byAccount = new Map<string, SpentDay[]>();
  for (const { id, day, spent } of rows) {
    const list = byAccount.get(id) ?? [];
    list.push({ day, spent: makeFraction(BigInt(spent), NANO) });
    byAccount.set(id, list);
  }
  return byAccount;
}

/** Accounts that spent more than so much (nano-USD) in all since some days ago: only they can reach it day by day. */
export async function accountsThatSpent(moreThanNanoUsd: bigint, days: number, now: Date): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    `SELECT a.id::text AS id FROM hot.rollup_day_usage r JOIN account a ON a.id::text = r.account_id
     WHERE r.day >= ($2::timestamptz AT TIME ZONE 'UTC')::date - $3::int
     GROUP BY a.id HAVING sum(r.cost) > $1::numeric`,
    [moreThanNanoUsd.toString(), now, days + 2],
  );
  return rows.map(({ id }) => id);
}

/** Accounts that have any credited recharge. */
export async function accountsThatPaid(): Promise<string[]> {
  const rows = await prisma().recharge.findMany({
    where: { status: "credited" },
    distinct: ["accountId"],
    select: { accountId: true },
  });
  return rows.map(({ accountId }) => accountId);
}

export async function timeZoneOf(accountId: string): Promise<string> {
  const row = await prisma().account.findUnique({ where: { id: accountId }, select: { timeZone: true } });
  return row?.timeZone ?? "UTC";
}

const NANO = 1_000_000_000n;
