import { randomBytes } from "node:crypto";
import { findAccount } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { formatUsd, parseUsd } from "#lib/core/money";
import type { ApiKey } from "#lib/db/generated/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { findMissingGroups } from "#lib/groups/store";
import { replaceKeyLimits } from "#lib/limits/store";
import { applied } from "#lib/runtime/applied";
import { normaliseCidrs } from "./cidr.ts";
import type { CreatedKey, CreateKey, Key, UpdateKey } from "./schema.ts";
import { makeSecret, secretParts } from "./secret.ts";
import { findKey, insertKey, lockKey, updateKeyRow } from "./store.ts";

/** Makes a key. The answer is the only place where its secret ever stands. Throws 422 `invalid_fields`. */
export async function createKey(actor: Actor, body: CreateKey): Promise<CreatedKey> {
  const allowedCidrs = cidrsOf(body.allowedCidrs ?? []);
  const deniedCidrs = cidrsOf(body.deniedCidrs ?? [], "deniedCidrs");
  const account = await findAccount(body.accountId);
  if (account === undefined) throw invalidFields({ accountId: "there is no such account" });
  await requireGroup(body.group);
  const secret = makeSecret(randomBytes);
  const { id, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const row = await insertKey(tx, {
      ...secretParts(secret),
      accountId: account.id,
      name: body.name,
      expiresAt: dateOf(body.expiresAt ?? null),
      ...budgetOf(body.budget ?? null),
      models: body.models ?? [],
      allowedCidrs,
      deniedCidrs,
      groupId: body.group ?? null,
      createdBy: actor.id,
      revision,
    });
    const targetId = row.id;
    await replaceKeyLimits(tx, row.id, body.limits ?? [], revision);
    await audit(tx, actor, { action: "key.create", targetType: "key", targetId, after: auditOf(row) });
    return { id: row.id, revision };
  });
  await applied(revision);
  return { ...(await getKey(id)), secret };
}

/** Changes what is named; in force on this node when it returns. Throws 404, 422 `invalid_fields`. */
export async function updateKey(actor: Actor, id: string, body: UpdateKey): Promise<Key> {
  const changes = changesOf(body);
  await requireGroup(body.group);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockKey(tx, id);
    if (before === undefined) throw notFound("key");
    const after = await updateKeyRow(tx, id, { ...changes, revision });
    if (body.limits !== undefined) await replaceKeyLimits(tx, id, body.limits, revision);
    await audit(tx, actor, {
      action: "key.update",
      targetType: "key",
      targetId: id,
      before: auditOf(before),
      after: auditOf(after),
    });
    return revision;
  });
  await applied(revision);
  return getKey(id);
}

/** Deletes a key for good; its row stays as a tombstone, so that logs keep its name. Throws 404. */
export async function deleteKey(actor: Actor, id: string): Promise<void> {
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockKey(tx, id);
    if (before === undefined) throw notFound("key");
    await updateKeyRow(tx, id, { deletedAt: new Date(), revision });
    await audit(tx, actor, {
      action: "key.delete",
      targetType: "key",
      targetId: id,
      before: auditOf(before),
    });
    return revision;
  });
  await applied(revision);
}

/** Throws 404 when there is none, or no more. */
export async function getKey(id: string): Promise<Key> {
  const key = await findKey(id, Date.now());
  if (key === undefined) throw notFound("key");
  return key;
}

function changesOf(body: UpdateKey) {
  return {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.status === undefined ? {} : { status: body.status }),
    ...(body.expiresAt === undefined ? {} : { expiresAt: dateOf(body.expiresAt) }),
    ...(body.budget === undefined ? {} : budgetOf(body.budget)),
    ...(body.models === undefined ? {} : { models: body.models }),
    ...(body.allowedCidrs === undefined ? {} : { allowedCidrs: cidrsOf(body.allowedCidrs) }),
    ...(body.deniedCidrs === undefined ? {} : { deniedCidrs: cidrsOf(body.deniedCidrs, "deniedCidrs") }),
    ...(body.group === undefined ? {} : { groupId: body.group }),
  };
}

function budgetOf(budget: CreateKey["budget"] | null) {
  if (budget === null || budget === undefined) return { budgetNanoUsd: null, budgetPeriod: null };
  return { budgetNanoUsd: parseUsd(budget.amount), budgetPeriod: budget.period };
}

function dateOf(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}

/** Throws 422 by the field's index. */
export function cidrsOf(texts: readonly string[], field = "allowedCidrs"): string[] {
  const { cidrs, wrong } = normaliseCidrs(texts);
  if (wrong.length === 0) return cidrs;
  const message = "a network such as 203.0.113.0/24 or 2001:db8::/32 is expected";
  throw invalidFields(Object.fromEntries(wrong.map((index) => [`${field}.${index}`, message])));
}

async function requireGroup(group: string | null | undefined): Promise<void> {
  if (group === null || group === undefined) return;
  if ((await findMissingGroups([group])).length > 0) throw invalidFields({ group: "there is no such group" });
}

/** What the audit log keeps of a key: never its hash. */
export function auditOf(row: ApiKey) {
  return {
    accountId: row.accountId,
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    status: row.status,
    expiresAt: row.expiresAt,
    budget: row.budgetNanoUsd && { amount: formatUsd(row.budgetNanoUsd), period: row.budgetPeriod },
    models: row.models,
    allowedCidrs: row.allowedCidrs,
    deniedCidrs: row.deniedCidrs,
    group: row.groupId,
  };
}
