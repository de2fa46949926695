import { prisma } from "#lib/db/client";
import type { BonusLot, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Lot, leftOf, spendLots } from "./lots.ts";

type Db = Pick<Transaction, "$queryRaw" | "bonusLot">;

/**
 * An account's money while its row is locked, nano-USD. `reserved`: what calls hold and nodes have leased; `usage`: all
 * that was ever spent on calls, which is what came in otherwise less what is there.
 */
export type LockedFunds = { balance: bigint; reserved: bigint; usage: bigint };

/** Locks an account's money until the transaction ends: nothing is spent, leased or posted meanwhile. */
export async function lockFunds(tx: Transaction, accountId: string): Promise<LockedFunds> {
  // Two statements: the second sees what was committed while the first waited.
  await tx.$queryRaw`SELECT 1 FROM hot.account_funds WHERE account_id = ${accountId}::uuid FOR UPDATE`;
  const [row] = await tx.$queryRaw<LockedFunds[]>`
    SELECT balance, held + leased AS reserved, hot.money_in(account_id) - balance AS usage
    FROM hot.account_funds WHERE account_id = ${accountId}::uuid`;
  if (row === undefined) throw new Error(`account ${accountId} has no funds row`);
  return row;
}

/** How much of each account's balance is bonus, nano-USD; accounts without any are left out. */
export async function findBonuses(
  accountIds: readonly string[],
  db: Db = prisma(),
): Promise<Map<string, bigint>> {
  const lots = await db.bonusLot.findMany({
    where: { accountId: { in: [...accountIds] }, leftNanoUsd: { gt: 0n } },
  });
  if (lots.length === 0) return new Map();
  const ids = [...new Set(lots.map(({ accountId }) => accountId))];
  const rows = await db.$queryRaw<{ accountId: string; balance: bigint; spent: bigint }[]>`
    SELECT f.account_id::text AS "accountId", f.balance,
      hot.money_in(f.account_id) - f.balance - coalesce(s.usage_nano_usd, 0) AS spent
    FROM hot.account_funds f LEFT JOIN bonus_state s ON s.account_id = f.account_id
    WHERE f.account_id = ANY(${ids}::uuid[])`;
  return new Map(
    rows.map(({ accountId, balance, spent }) => {
      const own = lots.filter((lot) => lot.accountId === accountId).map(toLot);
      return [accountId, leftOf(spendLots(own, spent, balance))];
    }),
  );
}

/**
 * Brings an account's lots up to date with what was spent since the last time; debts eat them unless `keepsDebts` says
 * that the caller judges those first. Its money must be locked (lockFunds). Answers the lots of which something is left.
 */
export async function settleLots(
  tx: Transaction,
  accountId: string,
  funds: LockedFunds,
  keepsDebts = false,
): Promise<Lot[]> {
  const state = await tx.bonusState.findUnique({ where: { accountId } });
  const rows = await tx.bonusLot.findMany({ where: { accountId, leftNanoUsd: { gt: 0n } } });
  const before = rows.map(toLot);
  const most = keepsDebts ? leftOf(before) : funds.balance;
  const after = spendLots(before, funds.usage - (state?.usageNanoUsd ?? 0n), most);
  const leftBefore = new Map(before.map((lot) => [lot.id, lot.leftNanoUsd]));
  for (const { id, leftNanoUsd } of after) {
    if (leftBefore.get(id) !== leftNanoUsd) await updateLot(tx, id, { leftNanoUsd });
  }
  const usageNanoUsd = funds.usage;
  await tx.bonusState.upsert({
    where: { accountId },
    create: { accountId, usageNanoUsd },
    update: { usageNanoUsd },
  });
  return after.filter((lot) => lot.leftNanoUsd > 0n);
}

export async function insertLot(tx: Transaction, data: Prisma.BonusLotUncheckedCreateInput): Promise<string> {
  return (await tx.bonusLot.create({ data })).id;
}

export async function updateLot(
  tx: Transaction,
  id: string,
  data: Pick<
    Prisma.BonusLotUncheckedUpdateInput,
    "leftNanoUsd" | "takenNanoUsd" | "expiredNanoUsd" | "refundedNanoUsd"
  >,
): Promise<void> {
  await tx.bonusLot.update({ where: { id }, data });
}

/** The lot that a recharge earned. */
export async function findLotOf(tx: Transaction, rechargeId: string): Promise<BonusLot | undefined> {
  return (await tx.bonusLot.findUnique({ where: { rechargeId } })) ?? undefined;
}

/** Accounts that have lots whose time is over. */
export async function accountsWithExpired(now: Date): Promise<string[]> {
  const rows = await prisma().bonusLot.findMany({
    where: { expiresAt: { lte: now }, leftNanoUsd: { gt: 0n } },
    distinct: ["accountId"],
    select: { accountId: true },
  });
  return rows.map(({ accountId }) => accountId);
}

/** An account's lots, newest first, up to `limit` + 1, after an id; `left` as of now. */
export async function listLots(
  accountId: string,
  limit: number,
  after?: string,
): Promise<(BonusLot & { left: bigint })[]> {
  const rows = await prisma().bonusLot.findMany({
    where: { accountId, ...(after === undefined ? {} : { id: { lt: after } }) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const left = new Map((await openLots(accountId)).map((lot) => [lot.id, lot.leftNanoUsd]));
  return rows.map((row) => ({ ...row, left: left.get(row.id) ?? 0n }));
}

async function openLots(accountId: string): Promise<Lot[]> {
  const rows = await prisma().bonusLot.findMany({ where: { accountId, leftNanoUsd: { gt: 0n } } });
  const [funds] = await prisma().$queryRaw<{ balance: bigint; spent: bigint }[]>`
    SELECT f.balance, hot.money_in(f.account_id) - f.balance - coalesce(s.usage_nano_usd, 0) AS spent
    FROM hot.account_funds f LEFT JOIN bonus_state s ON s.account_id = f.account_id
    WHERE f.account_id = ${accountId}::uuid`;
  return funds === undefined ? [] : spendLots(rows.map(toLot), funds.spent, funds.balance);
}

function toLot({ id, leftNanoUsd, expiresAt, createdAt }: BonusLot): Lot {
  return {
    id,
    leftNanoUsd,
    expiresAtMs: expiresAt?.getTime() ?? null,
    createdAtMs: createdAt.getTime(),
  };
}
