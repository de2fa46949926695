import { makeFraction, one, parseFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";

import type { CountedRecharges, RateAt, SpentDay } from "./measure.ts";

type Db = Pick<Transaction, "$queryRaw">;

/**
 * Accounts' credited recharges less what was refunded of them, oldest day first. Postgres sums them, out of one index: years
 * of recharges are as many rows as they have days, rates and currencies.
 */
export async function readRecharges(
  accountIds: readonly string[],
  db: Db = prisma(),
): Promise<Map<string, CountedRecharges[]>> {
  const rows = await db.$queryRaw<RechargeSum[]>`
    SELECT account_id::text AS "accountId", currency, rate,
      (coalesce(credited_at, created_at) AT TIME ZONE 'UTC')::date::text AS day, count(*)::int AS count,
      sum(amount - refunded_amount)::text AS sum, max(amount - refunded_amount)::text AS largest
    FROM recharge WHERE account_id = ANY(${accountIds}::uuid[]) AND status = 'credited'
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 4`;
  const byAccount = Map.groupBy(rows, ({ accountId }) => accountId);
  return new Map([...byAccount].map(([accountId, of]) => [accountId, of.map(toCounted)]));
}

type RechargeSum = Record<"accountId" | "currency" | "rate" | "day" | "sum" | "largest", string> & {
  count: number;
};

function toCounted({ count, sum, largest, currency, rate, day }: RechargeSum): CountedRecharges {
  const usdPerUnit = parseFraction(rate);
  return { count, sum: parseFraction(sum), largest: parseFraction(largest), currency, usdPerUnit, day };
}

/** The rates of these currencies on the days of recharges that were paid in another one. */
export async function readRates(
  currencies: readonly string[],
  recharges: readonly CountedRecharges[],
  db: Db = prisma(),
): Promise<RateAt> {
  const asked = [...new Set(currencies)].filter((currency) => currency !== "USD");
  const isOther = (paid: CountedRecharges) => asked.some((currency) => currency !== paid.currency);
  const days = [...new Set(recharges.filter(isOther).map(({ day }) => day))];
  const rows =
    days.length === 0
      ? []
      : await db.$queryRaw<{ currency: string; day: string; usdPerUnit: string }[]>`
    SELECT c.currency, d.day, r.usd_per_unit AS "usdPerUnit"
    FROM unnest(${asked}::text[]) AS c (currency), unnest(${days}::text[]) AS d (day), LATERAL (
      SELECT usd_per_unit FROM exchange_rate WHERE currency = c.currency AND date <= d.day
      ORDER BY date DESC LIMIT 1) AS r`;
  const rates = new Map(rows.map((row) => [`${row.currency} ${row.day}`, parseFraction(row.usdPerUnit)]));
  return (currency, day) => (currency === "USD" ? one : rates.get(`${currency} ${day}`));
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

/** By account. */
export async function timeZonesOf(accountIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await prisma().account.findMany({
    where: { id: { in: [...accountIds] } },
    select: { id: true, timeZone: true },
  });
  return new Map(rows.map(({ id, timeZone }) => [id, timeZone]));
}

const NANO = 1_000_000_000n;
