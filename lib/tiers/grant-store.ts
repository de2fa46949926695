import { compareFractions, parseFraction } from "#lib/core/fraction";
import { isUuid } from "#lib/core/shapes";
import { jsonNull, prisma } from "#lib/db/client";
import type { DiscountTier, Prisma, TierGrant } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import {
  type Figures,
  figuresAnswer,
  type GrantState,
  grantStates,
  type ListGrants,
  type TierGrantAnswer,
  type TierReward,
} from "./schema.ts";
import { toPublicTier } from "./store.ts";

export type GrantRow = TierGrant & { tier: DiscountTier };
type Db = Pick<Transaction, "tierGrant">;

const withNames = { tier: true, account: { select: { name: true } } } as const;

/** Grants, newest first, up to `limit` + 1, after an id. */
export async function listGrants(query: ListGrants, after?: string): Promise<TierGrantAnswer[]> {
  const { accountId, tierId, state } = query;
  const rows = await prisma().tierGrant.findMany({
    where: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(tierId === undefined ? {} : { tierId }),
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    include: withNames,
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return rows.map(toAnswer);
}

/** In any state, ended ones too. Undefined: there is none, or `id` is no UUID. */
export async function findGrant(id: string, db: Db = prisma()): Promise<TierGrantAnswer | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await db.tierGrant.findUnique({ where: { id }, include: withNames });
  return row === null ? undefined : toAnswer(row);
}

/** How many wait for an operator to grant or decline them. */
export async function countOffers(): Promise<number> {
  return prisma().tierGrant.count({ where: { state: "offered" } });
}

/** An account's offers and held tiers, the oldest first. */
export async function openGrants(accountId: string, db: Db = prisma()): Promise<GrantRow[]> {
  return db.tierGrant.findMany({
    where: { accountId, state: { in: ["offered", "granted"] } },
    include: { tier: true },
    orderBy: { id: "asc" },
  });
}

/** The tiers that accounts hold, by account. */
export async function heldTiers(
  accountIds: readonly string[],
  db: Db = prisma(),
): Promise<Map<string, GrantRow[]>> {
  const rows = await db.tierGrant.findMany({
    where: { accountId: { in: [...accountIds] }, state: "granted" },
    include: { tier: true },
    orderBy: { id: "asc" },
  });
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** Accounts that hold, or have held, a tier with this reward. */
export async function accountsWithGrants(reward: TierReward): Promise<string[]> {
  const rows = await prisma().tierGrant.findMany({
    where: { tier: { reward }, state: { in: ["granted", "ended"] } },
    distinct: ["accountId"],
    select: { accountId: true },
  });
  return rows.map(({ accountId }) => accountId);
}

/** The percentages of the tiers that accounts have lost, by account. */
export async function lostPercents(accountIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await prisma().tierGrant.findMany({
    where: { accountId: { in: [...accountIds] }, state: "ended" },
    select: { accountId: true, percent: true },
  });
  const grouped = Map.groupBy(rows, ({ accountId }) => accountId);
  return new Map([...grouped].map(([id, of]) => [id, of.map(({ percent }) => percent)]));
}

/** Tiers that are held and last so long. Given by hand they last until somebody ends them. */
export async function holdersOf(
  duration: string,
): Promise<{ id: string; accountId: string; tierId: string }[]> {
  const rows = await prisma().tierGrant.findMany({
    where: { state: "granted", tier: { duration, kind: "daily" } },
    select: { id: true, accountId: true, tierId: true, figures: true },
  });
  return rows.filter(({ figures }) => figuresFrom(figures) !== null);
}

/** The held tier that gives most. */
export function bestTier(held: readonly GrantRow[]): { id: string; name: string } | undefined {
  const best = bestOf(held);
  return best && { id: best.tier.id, name: best.tier.name };
}

/** Of an account's held tiers the one that gives most, of one kind of reward or of all: they are never added up. */
export function bestOf(held: readonly GrantRow[], reward?: TierReward): GrantRow | undefined {
  return held
    .filter(({ tier, state }) => state === "granted" && (reward === undefined || tier.reward === reward))
    .reduce<GrantRow | undefined>((best, one) => {
      if (best === undefined) return one;
      return compareFractions(parseFraction(one.percent), parseFraction(best.percent)) > 0 ? one : best;
    }, undefined);
}

/** Whom people have said no to, or taken a tier from: these are not given it again by themselves. */
export async function barredTiers(accountId: string, db: Db = prisma()): Promise<Set<string>> {
  const rows = await db.tierGrant.findMany({
    where: { accountId, OR: [{ state: "declined" }, { state: "ended", endedBy: { not: null } }] },
    select: { tierId: true },
  });
  return new Set(rows.map(({ tierId }) => tierId));
}

/** Inserts unless the account is offered the tier or holds it already: then undefined. */
export async function insertGrant(
  tx: Transaction,
  data: Omit<Prisma.TierGrantCreateManyInput, "figures"> & { figures: Figures | null },
): Promise<string | undefined> {
  const [row] = await tx.tierGrant.createManyAndReturn({
    data: { ...data, figures: data.figures ?? {} },
    skipDuplicates: true,
  });
  return row?.id;
}

/** Decides an offer; false: it is decided already, or there is none. */
export async function decideGrantRow(
  tx: Transaction,
  id: string,
  decision: {
    state: "granted" | "declined";
    decidedBy: string;
    decidedAt: Date;
    reason: string;
    percent?: string;
  },
): Promise<boolean> {
  const { count } = await tx.tierGrant.updateMany({ where: { id, state: "offered" }, data: decision });
  return count === 1;
}

/** Ends an offer or a held tier; false: it is not open any more. */
export async function endGrantRow(
  tx: Transaction,
  id: string,
  end: { endedBy: string | null; endedAt: Date; reason: string; endFigures: Figures | null },
): Promise<boolean> {
  const { count } = await tx.tierGrant.updateMany({
    where: { id, state: { in: ["offered", "granted"] } },
    data: { ...end, state: "ended", endFigures: end.endFigures ?? jsonNull },
  });
  return count === 1;
}

function toAnswer(row: GrantRow & { account: { name: string } }): TierGrantAnswer {
  return {
    id: row.id,
    tierId: row.tierId,
    tierName: row.tier.name,
    tierNameZh: row.tier.nameZh,
    accountId: row.accountId,
    accountName: row.account.name,
    state: stateOf(row.state),
    reward: toPublicTier(row.tier).reward,
    percent: displayExact(parseFraction(row.percent)),
    figures: figuresFrom(row.figures),
    endFigures: figuresFrom(row.endFigures),
    rechargeId: row.rechargeId,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    endedBy: row.endedBy,
    endedAt: row.endedAt?.toISOString() ?? null,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
  };
}

function figuresFrom(json: unknown): Figures | null {
  const read = figuresAnswer.safeParse(json);
  return read.success ? read.data : null;
}

function stateOf(text: string): GrantState {
  return grantStates.find((state) => state === text) ?? "ended";
}
