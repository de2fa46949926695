import { parseFraction } from "#lib/core/fraction";
import { prisma } from "#lib/db/client";
import type { Prisma, ExchangeRate as RateRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import { readSettings } from "#lib/settings/store";
import { isGoodRate, seededSource } from "./rate.ts";
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

/**
 * The rate that money paid on `day` (YYYY-MM-DD, UTC) is credited at: the newest one of that day or before, unless it is
 * older than the setting "recharges.rateDays" allows: then there is none, and none is guessed. The seed's example is good
 * until the currency has a rate of somebody's own (docs/decisions/0011-rates-grow-old.md).
 */
export async function findGoodRate(
  currency: string,
  day: string,
  on: Pick<Transaction, "exchangeRate" | "setting"> = prisma(),
): Promise<{ usdPerUnit: string; date: string } | undefined> {
  const rate = await findRateAt(currency, day, on);
  if (rate === undefined) return undefined;
  const where = { currency, source: { not: seededSource } };
  const isStanding = rate.source === seededSource && (await on.exchangeRate.findFirst({ where })) === null;
  const days = (await readSettings(on))["recharges.rateDays"];
  return isGoodRate({ date: rate.date, isStanding }, day, days) ? rate : undefined;
}

/**
 * What every currency that has rates is credited at on `day` (YYYY-MM-DD, UTC), as `findGoodRate` finds it, in three
 * queries; a currency whose newest rate is too old is not among them.
 */
export async function findGoodRates(
  day: string,
  on: Pick<Transaction, "exchangeRate" | "setting"> = prisma(),
): Promise<Map<string, { usdPerUnit: string; date: string }>> {
  const [rows, own, settings] = await Promise.all([
    on.exchangeRate.findMany({
      ...{ where: { date: { lte: day } }, distinct: ["currency"] },
      orderBy: [{ currency: "asc" }, { date: "desc" }],
    }),
    on.exchangeRate.findMany({
      ...{ where: { source: { not: seededSource } }, distinct: ["currency"] },
      ...{ orderBy: { currency: "asc" }, select: { currency: true } },
    }),
    readSettings(on),
  ]);
  const entered = new Set(own.map(({ currency }) => currency));
  const good = rows.filter(({ currency, date, source }) =>
    isGoodRate(
      { date, isStanding: source === seededSource && !entered.has(currency) },
      day,
      settings["recharges.rateDays"],
    ),
  );
  return new Map(good.map((row) => [row.currency, { usdPerUnit: toRate(row).usdPerUnit, date: row.date }]));
}

/** The newest rate of a currency that is dated `today` (YYYY-MM-DD) or before, however old: to show, not to credit. */
export async function findRateAt(
  currency: string,
  today: string,
  on: Pick<Transaction, "exchangeRate"> = prisma(),
): Promise<{ usdPerUnit: string; date: string; source: string } | undefined> {
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
