import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { formatFraction, parseFraction } from "#lib/core/fraction";
import type { DiscountTier } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import type { CreateTier, Tier, UpdateTier } from "./schema.ts";
import { deleteTierRow, findTier, insertTier, lockTier, toPublicTier, updateTierRow } from "./store.ts";

const DEFAULT_DAYS = 7;

/** Throws 404. */
export async function getTier(id: string): Promise<Tier> {
  const tier = await findTier(id);
  if (tier === undefined) throw notFound("discount tier");
  return tier;
}

/** A tier counts from the next recharge, or the next look at consumption; nobody is granted it at once. */
export async function createTier(actor: Actor, body: CreateTier): Promise<Tier> {
  const id = await inTransaction(async (tx) => {
    const row = await insertTier(tx, rowOf(body));
    const after = auditOf(row);
    await audit(tx, actor, { action: "tier.create", targetType: "tier", targetId: row.id, after });
    return row.id;
  });
  return getTier(id);
}

/** A row as a body describes it. */
export function rowOf(body: CreateTier) {
  return {
    name: body.name,
    nameZh: body.nameZh ?? "",
    kind: body.kind,
    currency: body.currency ?? "USD",
    threshold: body.threshold,
    days: body.kind === "daily" ? (body.days ?? DEFAULT_DAYS) : null,
    reward: body.reward,
    percent: formatFraction(parseFraction(body.percent)),
    duration: body.duration ?? "permanent",
    policy: body.policy ?? (body.reward === "recharge_bonus" ? "automatic" : "offered"),
    bonusDays: body.bonusDays ?? null,
  };
}

/** Changes what is named, for those who reach the tier from now on. Throws 404, 422. */
export async function updateTier(actor: Actor, id: string, body: UpdateTier): Promise<Tier> {
  await inTransaction(async (tx) => {
    const before = await lockTier(tx, id);
    if (before === undefined) throw notFound("discount tier");
    if (body.days !== undefined && before.kind !== "daily")
      throw invalidFields({ days: "is of tiers by daily consumption" });
    if (body.bonusDays != null && before.reward !== "recharge_bonus")
      throw invalidFields({ bonusDays: "is of a recharge bonus" });
    const { percent, ...rest } = body;
    const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const after = await updateTierRow(tx, id, {
      ...named,
      ...(percent === undefined ? {} : { percent: formatFraction(parseFraction(percent)) }),
    });
    await audit(tx, actor, {
      ...{ action: "tier.update", targetType: "tier", targetId: id },
      ...{ before: auditOf(before), after: auditOf(after) },
    });
  });
  return getTier(id);
}

/** A tier that somebody was offered or held stays for its history, and counts no more; another is deleted. Throws 404. */
export async function removeTier(actor: Actor, id: string): Promise<void> {
  await inTransaction(async (tx) => {
    const before = await lockTier(tx, id);
    if (before === undefined) throw notFound("discount tier");
    const isGone = await deleteTierRow(tx, id);
    if (!isGone) await updateTierRow(tx, id, { isActive: false });
    await audit(tx, actor, {
      ...{ action: "tier.delete", targetType: "tier", targetId: id, before: auditOf(before) },
      after: isGone ? null : { isActive: false },
    });
  });
}

function auditOf(row: DiscountTier) {
  const { id, ...tier } = toPublicTier(row);
  return { ...tier, isActive: row.isActive };
}
