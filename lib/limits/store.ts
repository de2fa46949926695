import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { CallLimit, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { standingLimit } from "./grant.ts";
import { type Metric, metrics, type Scope, scopes } from "./metrics.ts";
import type { Limit, Limited } from "./resolve.ts";
import type { LimitAnswer, ListLimits } from "./schema.ts";

/** Which limit: one per scope, its id, model and metric. */
export type LimitKey = { scope: Scope; scopeId: string | null; model: string | null; metric: Metric };

/** Limits that stand, in the order of their ids, up to `limit` + 1, after an id. */
export async function listLimits(query: ListLimits, after?: string): Promise<LimitAnswer[]> {
  const { scope, scopeId, model, metric } = query;
  const rows = await prisma().callLimit.findMany({
    where: {
      ...standing(),
      ...(scope === undefined ? {} : { scope }),
      ...(scopeId === undefined ? {} : { scopeId }),
      ...(model === undefined ? {} : { model }),
      ...(metric === undefined ? {} : { metric }),
      ...(after === undefined ? {} : { id: { gt: after } }),
    },
    orderBy: { id: "asc" },
    take: query.limit + 1,
  });
  return toAnswers(rows);
}

/** Every limit that stands, as it is now. */
export async function loadLimits(): Promise<Limit[]> {
  const rows = await prisma().callLimit.findMany({ where: standing() });
  const nowMs = Date.now();
  return rows.flatMap((row) => standingLimit(keyOf(row), row, nowMs) ?? []);
}

/** Undefined: there is none, or it has ended. */
export async function findLimit(id: string): Promise<LimitAnswer | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().callLimit.findFirst({ where: { id, ...standing() } });
  return row === null ? undefined : (await toAnswers([row]))[0];
}

/** The limits of keys on all models together. */
export async function limitsOfKeys(
  ids: readonly string[],
): Promise<Map<string, { metric: Metric; value: number }[]>> {
  const rows = await prisma().callLimit.findMany({
    where: { scope: "key", scopeId: { in: [...ids] }, model: "", value: { not: null } },
    orderBy: { metric: "asc" },
  });
  const found = new Map<string, { metric: Metric; value: number }[]>();
  for (const row of rows) {
    const limits = found.get(row.scopeId) ?? [];
    found.set(row.scopeId, limits);
    limits.push({ metric: metricOf(row), value: Number(row.value) });
  }
  return found;
}

/** A limit's row as the transaction sees it; config writes go one after another, so it stays so until the end. */
export async function findLimitRow(tx: Transaction, key: LimitKey): Promise<CallLimit | null> {
  const { scope, scopeId, model, metric } = key;
  return tx.callLimit.findUnique({
    where: {
      scope_scopeId_model_metric: { scope, scopeId: scopeId ?? "", model: model ?? "", metric },
    },
  });
}

/** What a write makes of a limit: its own value (null takes it away), or a grant beside it. */
export type LimitData = {
  value?: bigint | null;
  shadow?: boolean;
  note?: string;
  grant?: { value: bigint; until: Date };
};

/**
 * Sets a limit, new or not. A grant that ran ends with it, unless the write is one. Answers what stood before.
 */
export async function putLimitRow(
  tx: Transaction,
  { scope, scopeId, model, metric }: LimitKey,
  { grant, ...own }: LimitData & { revision: bigint },
): Promise<{ id: string; before: CallLimit | null }> {
  const data = { ...own, granted: grant?.value ?? null, grantedUntil: grant?.until ?? null };
  const key = { scope, scopeId: scopeId ?? "", model: model ?? "", metric };
  const before = await tx.callLimit.findUnique({ where: { scope_scopeId_model_metric: key } });
  const row = await tx.callLimit.upsert({
    where: { scope_scopeId_model_metric: key },
    create: { ...key, ...data },
    update: data,
  });
  return { id: row.id, before };
}

/** Makes `limits` the whole of a key's own limits on all models together. */
export async function replaceKeyLimits(
  tx: Transaction,
  keyId: string,
  limits: readonly { metric: Metric; value: number }[],
  revision: bigint,
): Promise<void> {
  const wanted = new Map(limits.map(({ metric, value }) => [metric, value]));
  await tx.callLimit.updateMany({
    where: {
      scope: "key",
      scopeId: keyId,
      model: "",
      metric: { notIn: [...wanted.keys()] },
      value: { not: null },
    },
    data: { value: null, shadow: false, revision },
  });
  for (const [metric, value] of wanted) {
    const key = { scope: "key", scopeId: keyId, model: null, metric } as const;
    await putLimitRow(tx, key, { value: BigInt(value), revision });
  }
}

/** Inserts limits that have never stood; those that were taken away stay away. */
export async function seedLimitRows(
  tx: Transaction,
  limits: readonly (LimitKey & { value: number })[],
  revision: bigint,
): Promise<void> {
  await tx.callLimit.createMany({
    data: limits.map(({ scope, scopeId, model, metric, value }) => ({
      scope,
      scopeId: scopeId ?? "",
      model: model ?? "",
      metric,
      value: BigInt(value),
      revision,
    })),
    skipDuplicates: true,
  });
}

/** Whether any limit was ever set, also one taken away since: the seed sets its own only where none was. */
export async function hasLimitRows(tx: Transaction): Promise<boolean> {
  return (await tx.callLimit.findFirst({ select: { id: true } })) !== null;
}

/** Whether there is such a group, account, key or channel. */
export async function hasScope(scope: Exclude<Scope, "default">, id: string): Promise<boolean> {
  if (scope === "group") return (await prisma().group.count({ where: { id } })) > 0;
  if (!isUuid(id)) return false;
  if (scope === "account") return (await prisma().account.count({ where: { id } })) > 0;
  if (scope === "channel") return (await prisma().channel.count({ where: { id, deletedAt: null } })) > 0;
  return (await prisma().apiKey.count({ where: { id, deletedAt: null } })) > 0;
}

/** Whose limits a key is under; none if there is no such key. */
export async function findLimited(keyId: string): Promise<Omit<Limited, "model"> | undefined> {
  if (!isUuid(keyId)) return undefined;
  const key = await prisma().apiKey.findFirst({
    where: { id: keyId, deletedAt: null },
    include: { account: true },
  });
  if (key === null) return undefined;
  return { accountId: key.accountId, groupId: key.groupId ?? key.account.groupId, keyId };
}

/** Whose limits an account is under, apart from any key's; none if there is no such account. */
export async function findLimitedAccount(accountId: string): Promise<Omit<Limited, "model"> | undefined> {
  if (!isUuid(accountId)) return undefined;
  const account = await prisma().account.findUnique({ where: { id: accountId } });
  return account === null ? undefined : { accountId, groupId: account.groupId, keyId: "" };
}

async function toAnswers(rows: readonly CallLimit[]): Promise<LimitAnswer[]> {
  const names = await namesOf(rows);
  const nowMs = Date.now();
  return rows.flatMap((row) => {
    const limit = standingLimit(keyOf(row), row, nowMs);
    if (limit === null) return [];
    const { ends, shadow = false, ...values } = limit;
    return {
      ...values,
      id: row.id,
      scopeName: names.get(row.scopeId) ?? null,
      shadow,
      grant:
        ends === undefined ? null : { until: new Date(ends.atMs).toISOString(), afterwards: ends.afterwards },
      note: row.note,
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

/** Rows that limit something now. */
function standing(): Prisma.CallLimitWhereInput {
  return { OR: [{ value: { not: null } }, { grantedUntil: { gt: new Date() } }] };
}

function keyOf(row: CallLimit): LimitKey {
  return {
    scope: scopeOf(row),
    scopeId: row.scopeId === "" ? null : row.scopeId,
    model: row.model === "" ? null : row.model,
    metric: metricOf(row),
  };
}

/** What the groups, accounts, keys and channels of limits are called, by their ids. */
export async function namesOf(
  rows: readonly { scope: string | null; scopeId: string | null }[],
): Promise<Map<string, string>> {
  const ids = (scope: Scope) => ({
    id: { in: rows.flatMap((row) => (row.scope === scope ? (row.scopeId ?? []) : [])) },
  });
  const select = { id: true, name: true } as const;
  const [groups, accounts, keys, channels] = await Promise.all([
    prisma().group.findMany({ where: ids("group"), select }),
    prisma().account.findMany({ where: ids("account"), select }),
    prisma().apiKey.findMany({ where: ids("key"), select }),
    prisma().channel.findMany({ where: ids("channel"), select }),
  ]);
  return new Map([...groups, ...accounts, ...keys, ...channels].map(({ id, name }) => [id, name]));
}

function scopeOf(row: CallLimit): Scope {
  return scopes.find((scope) => scope === row.scope) ?? "default";
}

function metricOf(row: CallLimit): Metric {
  return metrics.find((metric) => metric === row.metric) ?? "rpm";
}
