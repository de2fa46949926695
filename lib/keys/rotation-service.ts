import { randomBytes } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { notFound } from "#lib/core/errors";
import { dayMs, secondMs } from "#lib/core/time";
import type { ApiKey } from "#lib/db/generated/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import type { BulkKeys, BulkKeysAnswer, KeySecret, RotatedKey } from "./rotation-schema.ts";
import { makeSecret, secretParts } from "./secret.ts";
import { endRetired, findUse, insertRetired, listRetired } from "./secret-store.ts";
import { auditOf, getKey } from "./service.ts";
import { lockKeys, updateKeyRow } from "./store.ts";

/** A deleted key can be brought back this long. */
export const restorableMs = dayMs;

export type Change = { tx: Transaction; actor: Actor; revision: bigint; now: Date };
type Changed = BulkKeysAnswer["items"][number];

/**
 * Gives a key a new secret. The old one is accepted for `overlapSeconds` more on every node; 0 ends it, and every
 * older one, within a second. Throws 404.
 */
export async function rotateKey(actor: Actor, id: string, overlapSeconds: number): Promise<RotatedKey> {
  const [changed] = await changeKeys(actor, { action: "rotate", ids: [id], overlapSeconds });
  if (changed?.secret === undefined || changed.validUntil === undefined) throw notFound("key");
  return { ...(await getKey(id)), secret: changed.secret, validUntil: changed.validUntil };
}

/** Ends the overlap of a rotation now: only the newest secret is accepted from here on. Throws 404. */
export async function endOverlap(actor: Actor, id: string): Promise<void> {
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const [row] = await lockKeys(tx, [id]);
    if (row === undefined) throw notFound("key");
    const ended = await endRetired(tx, [id], new Date(), revision);
    await audit(tx, actor, { action: "key.end_overlap", targetType: "key", targetId: id, after: { ended } });
    return revision;
  });
  await applied(revision);
}

/** Enables, disables, deletes, restores or rotates keys: all of them or none. Throws 404 naming the first missing. */
export async function changeKeys(actor: Actor, body: BulkKeys): Promise<Changed[]> {
  const { items, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const change = { tx, actor, revision, now: new Date() };
    const since = new Date(change.now.getTime() - restorableMs);
    const rows = await lockKeys(tx, body.ids, body.action === "restore" ? since : undefined);
    if (rows.length < body.ids.length) throw notFound("key");
    const items: Changed[] = [];
    for (const row of rows) items.push(await changeOne(change, row, body));
    return { items, revision };
  });
  await applied(revision);
  return items;
}

/** The secrets of a key, the current one first, with what the retired ones were still used for. Throws 404. */
export async function listSecrets(id: string): Promise<KeySecret[]> {
  const key = await getKey(id);
  const retired = await listRetired(id);
  const current: KeySecret = {
    prefix: key.prefix,
    last4: key.last4,
    current: true,
    retiredAt: null,
    validUntil: null,
    requestsSinceRetired: 0,
    lastUsedAt: null,
    lastIp: null,
  };
  const uses = await Promise.all(retired.map((row) => findUse(id, row.prefix, row.retiredAt)));
  return [
    current,
    ...retired.map((row, index) => ({
      prefix: row.prefix,
      last4: row.last4,
      current: false,
      retiredAt: row.retiredAt.toISOString(),
      validUntil: row.validUntil.toISOString(),
      requestsSinceRetired: uses[index]?.requests ?? 0,
      lastUsedAt: uses[index]?.lastUsedAt?.toISOString() ?? null,
      lastIp: uses[index]?.lastIp ?? null,
    })),
  ];
}

async function changeOne(change: Change, row: ApiKey, body: BulkKeys): Promise<Changed> {
  if (body.action === "rotate") return rotateRow(change, row, body.overlapSeconds);
  const { tx, actor, revision, now } = change;
  const data = {
    enable: { status: "active" },
    disable: { status: "disabled" },
    delete: { deletedAt: now },
    restore: { deletedAt: null },
  }[body.action];
  const after = await updateKeyRow(tx, row.id, { ...data, revision });
  await audit(tx, actor, {
    action: `key.${body.action}`,
    targetType: "key",
    targetId: row.id,
    before: auditOf(row),
    after: auditOf(after),
  });
  return { id: row.id, name: row.name };
}

/** Gives a locked key a new secret, in the caller's transaction; the old one is accepted for `overlapSeconds` more. */
export async function rotateRow(
  { tx, actor, revision, now }: Change,
  row: ApiKey,
  overlapSeconds: number,
): Promise<Changed> {
  const secret = makeSecret(randomBytes);
  const validUntil = new Date(now.getTime() + overlapSeconds * secondMs);
  // Who ends the current secret at once thinks that secrets leaked: the older ones end with it.
  if (overlapSeconds === 0) await endRetired(tx, [row.id], now, revision);
  await insertRetired(tx, {
    keyId: row.id,
    hash: new Uint8Array(row.hash),
    prefix: row.prefix,
    last4: row.last4,
    retiredAt: now,
    validUntil,
    revision,
  });
  const after = await updateKeyRow(tx, row.id, { ...secretParts(secret), revision });
  await audit(tx, actor, {
    action: "key.rotate",
    targetType: "key",
    targetId: row.id,
    before: auditOf(row),
    after: { ...auditOf(after), validUntil },
  });
  return { id: row.id, name: row.name, secret, validUntil: validUntil.toISOString() };
}
