import { parseFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import type { Prisma, ExchangeRate as RateRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import type { ExchangeRate, ListExchangeRates } from "./schema.ts";

/** Where a page of rates ended. */
export type RatePosition = readonly [date: string, currency: string];

/** Rates by date, newest first, then by currency; up to `limit` + 1, after a position. */
export async function listExchangeRates(
  query: ListExchangeRates,
  after?: RatePosition,
): Promise<ExchangeRate[]> {
  const rows = await prisma().exchangeRate.findMany({
    where: {
      AND: [query.currency === undefined ? {} : { currency: query.currency }, afterOf(after)],
    },
    orderBy: [{ date: "desc" }, { currency: "asc" }],
    take: query.limit + 1,
  });
  return rows.map(toRate);
}

/** The newest rate of a currency that is dated `today` (YYYY-MM-DD) or before. */
export async function findRateAt(
  currency: string,
  today: string,
  on: Pick<Transaction, "exchangeRate"> = prisma(),
): Promise<{ usdPerUnit: string; date: string } | undefined> {
  const row = await on.exchangeRate.findFirst({
    where: { currency, date: { lte: today } },
    orderBy: { date: "desc" },
  });
  return row ?? undefined;
}

/** Inserts unless that currency has a rate of that date: then undefined. */
export async function insertExchangeRate(
  tx: Transaction,
  data: Prisma.ExchangeRateCreateManyInput,
): Promise<ExchangeRate | undefined> {
  const [row] = await tx.exchangeRate.createManyAndReturn({ data, skipDuplicates: true });
  return row && toRate(row);
}

function afterOf(after: RatePosition | undefined): Prisma.ExchangeRateWhereInput {
  if (after === undefined) return {};
  const [date, currency] = after;
  return { OR: [{ date: { lt: date } }, { date, currency: { gt: currency } }] };
}

function toRate(row: RateRow): ExchangeRate {
  return {
    currency: row.currency,
    date: row.date,
    usdPerUnit: displayExact(parseFraction(row.usdPerUnit)),
    source: row.source,
    createdAt: row.createdAt.toISOString(),
  };
}
