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
  // A row that was waited for is read as it stands then.
  const [row] = await tx.$queryRaw<(Omit<LockedFunds, "usage"> & { usage: bigint | null })[]>`
    SELECT balance, held + leased AS reserved, money_in - balance AS usage
    FROM hot.account_funds WHERE account_id = ${accountId}::uuid FOR UPDATE`;
  if (row === undefined) throw new Error(`account ${accountId} has no funds row`);
  return { ...row, usage: row.usage ?? (await countMoneyIn(tx, accountId)) - row.balance };
}

/** Counts what came in and went out before that was kept; the row is locked, so nothing is posted meanwhile. */
async function countMoneyIn(tx: Transaction, accountId: string): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ moneyIn: bigint }[]>`
    UPDATE hot.account_funds SET money_in = hot.money_in(account_id) WHERE account_id = ${accountId}::uuid
    RETURNING money_in AS "moneyIn"`;
  return row?.moneyIn ?? 0n;
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
      coalesce(f.money_in, hot.money_in(f.account_id)) - f.balance - coalesce(s.usage_nano_usd, 0) AS spent
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
  const { usageNanoUsd, lots: before } = await readLots(tx, accountId);
  const most = keepsDebts ? leftOf(before) : funds.balance;
  const after = spendLots(before, funds.usage - (usageNanoUsd ?? 0n), most);
  const leftBefore = new Map(before.map((lot) => [lot.id, lot.leftNanoUsd]));
  for (const { id, leftNanoUsd } of after) {
    if (leftBefore.get(id) !== leftNanoUsd) await updateLot(tx, id, { leftNanoUsd });
  }
  if (usageNanoUsd !== funds.usage) await noteUsage(tx, accountId, funds.usage);
  return after.filter((lot) => lot.leftNanoUsd > 0n);
}

/** Up to what spend an account's lots are counted (null: never), and those of which something is left. */
async function readLots(
  tx: Transaction,
  accountId: string,
): Promise<{ usageNanoUsd: bigint | null; lots: Lot[] }> {
  type Row = Partial<BonusLot> & { usageNanoUsd: bigint | null };
  const rows = await tx.$queryRaw<Row[]>`
    SELECT s.usage_nano_usd AS "usageNanoUsd", l.id::text AS id, l.left_nano_usd AS "leftNanoUsd",
      l.expires_at AS "expiresAt", l.created_at AS "createdAt"
    FROM (SELECT ${accountId}::uuid AS account_id) AS a LEFT JOIN bonus_state s USING (account_id)
    LEFT JOIN bonus_lot l ON l.account_id = a.account_id AND l.left_nano_usd > 0`;
  const lots = rows.flatMap(({ id, leftNanoUsd, expiresAt = null, createdAt }) =>
    id && leftNanoUsd && createdAt ? [toLot({ id, leftNanoUsd, expiresAt, createdAt })] : [],
  );
  return { usageNanoUsd: rows[0]?.usageNanoUsd ?? null, lots };
}

async function noteUsage(tx: Transaction, accountId: string, usageNanoUsd: bigint): Promise<void> {
  await tx.bonusState.upsert({
    where: { accountId },
    create: { accountId, usageNanoUsd },
    update: { usageNanoUsd },
  });
}

/** Answers its id. The caller has locked the money (lockFunds), settled the older lots and posted this one's credit. */
export async function insertLot(tx: Transaction, data: Prisma.BonusLotUncheckedCreateInput): Promise<string> {
  return (await tx.bonusLot.create({ data })).id;
}

/** Sets figures to what they are now, nano-USD; none is added to. The account's money is locked. */
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
    SELECT f.balance, coalesce(f.money_in, hot.money_in(f.account_id)) - f.balance - coalesce(s.usage_nano_usd, 0) AS spent
    FROM hot.account_funds f LEFT JOIN bonus_state s ON s.account_id = f.account_id
    WHERE f.account_id = ${accountId}::uuid`;
  return funds === undefined ? [] : spendLots(rows.map(toLot), funds.spent, funds.balance);
}

function toLot({
  id,
  leftNanoUsd,
  expiresAt,
  createdAt,
}: Pick<BonusLot, "id" | "leftNanoUsd" | "expiresAt" | "createdAt">): Lot {
  return {
    id,
    leftNanoUsd,
    expiresAtMs: expiresAt?.getTime() ?? null,
    createdAtMs: createdAt.getTime(),
  };
}
