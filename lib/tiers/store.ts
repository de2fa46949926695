import { parseFraction } from "#lib/core/fraction";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { DiscountTier, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import type { Threshold } from "./measure.ts";
import { type PublicTier, type Tier, tierKinds, tierRewards } from "./schema.ts";

/** A tier, ready to judge by. */
export type StandingTier = Threshold &
  Pick<PublicTier, "id" | "name" | "reward"> & { readonly row: DiscountTier };

type Db = Pick<Transaction, "discountTier" | "tierGrant">;

/** Tiers that can be reached, in the order of their making. */
export async function activeTiers(db: Db = prisma()): Promise<StandingTier[]> {
  const rows = await db.discountTier.findMany({ where: { isActive: true }, orderBy: { createdAt: "asc" } });
  return rows.map(toStanding);
}

/** What everybody may read of the tiers that can be reached. */
export async function publicTiers(): Promise<PublicTier[]> {
  return (await activeTiers()).map(({ row }) => toPublicTier(row));
}

/** All tiers, those that count first. */
export async function listTiers(): Promise<Tier[]> {
  const rows = await prisma().discountTier.findMany({
    orderBy: [{ isActive: "desc" }, { createdAt: "asc" }],
  });
  const counts = await countGrants();
  return rows.map((row) => toTier(row, counts));
}

/** Also one that can be reached no more, with how many hold it. Undefined: there is none, or `id` is no UUID. */
export async function findTier(id: string): Promise<Tier | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().discountTier.findUnique({ where: { id } });
  return row === null ? undefined : toTier(row, await countGrants());
}

/** A tier as rules read it, without who holds it. */
export async function findStandingTier(id: string, db: Db = prisma()): Promise<StandingTier | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await db.discountTier.findUnique({ where: { id } });
  return row === null ? undefined : toStanding(row);
}

/** Grants nothing: accounts are measured by it from their next recharge, or the next look at consumption. */
export async function insertTier(
  tx: Transaction,
  data: Prisma.DiscountTierUncheckedCreateInput,
): Promise<DiscountTier> {
  return tx.discountTier.create({ data });
}

/** Locks the row until the transaction ends, so that what audit calls "before" is what was before. */
export async function lockTier(tx: Transaction, id: string): Promise<DiscountTier | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$queryRaw`SELECT 1 FROM discount_tier WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.discountTier.findUnique({ where: { id } })) ?? undefined;
}

/** Writes what is given and answers the row after it; the caller has locked it (lockTier). */
export async function updateTierRow(
  tx: Transaction,
  id: string,
  data: Prisma.DiscountTierUncheckedUpdateInput,
): Promise<DiscountTier> {
  return tx.discountTier.update({ where: { id }, data });
}

/** Deletes a tier that nobody was ever offered; false: somebody was. */
export async function deleteTierRow(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.discountTier.deleteMany({ where: { id, grants: { none: {} } } });
  return count === 1;
}

/** What may be told to everybody. */
export function toPublicTier(row: DiscountTier): PublicTier {
  return {
    id: row.id,
    name: row.name,
    nameZh: row.nameZh,
    kind: tierKinds.find((kind) => kind === row.kind) ?? "cumulative",
    currency: row.currency,
    threshold: row.threshold.toFixed(),
    days: row.days,
    reward: tierRewards.find((reward) => reward === row.reward) ?? "recharge_bonus",
    percent: displayExact(parseFraction(row.percent)),
    duration: row.duration === "while_held" ? "while_held" : "permanent",
    policy: row.policy === "offered" ? "offered" : "automatic",
    bonusDays: row.bonusDays,
  };
}

function toStanding(row: DiscountTier): StandingTier {
  const { id, name, kind, currency, reward, days } = toPublicTier(row);
  return {
    ...{ id, name, kind, currency, reward, row },
    threshold: parseFraction(row.threshold.toFixed()),
    days: days ?? 0,
  };
}

type Counts = Map<string, { offered: number; granted: number }>;

async function countGrants(): Promise<Counts> {
  const rows = await prisma().tierGrant.groupBy({
    by: ["tierId", "state"],
    where: { state: { in: ["offered", "granted"] } },
    _count: { _all: true },
  });
  const counts: Counts = new Map();
  for (const { tierId, state, _count } of rows) {
    const known = counts.get(tierId) ?? { offered: 0, granted: 0 };
    counts.set(tierId, { ...known, [state]: _count._all });
  }
  return counts;
}

function toTier(row: DiscountTier, counts: Counts): Tier {
  const { granted = 0, offered = 0 } = counts.get(row.id) ?? {};
  return {
    ...toPublicTier(row),
    isActive: row.isActive,
    holders: granted,
    offers: offered,
    createdAt: row.createdAt.toISOString(),
  };
}
