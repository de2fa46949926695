import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import type { Grant, PutGrant } from "./grant-schema.ts";
import { findGrant, hasAccount, listGrants, putGrantRow, revokeGrantRow } from "./grant-store.ts";
import { findGroupRow } from "./store.ts";

/** Throws 404 when there is no such line. */
export async function grantsOf(groupId: string): Promise<Grant[]> {
  if ((await findGroupRow(groupId)) === undefined) throw notFound("group");
  return listGrants(groupId);
}

/** Opens a line's models for an account, or changes what is open; in force on this node when it returns. Throws 404. */
export async function putGrant(
  actor: Actor,
  groupId: string,
  accountId: string,
  { models = [], expiresAt = null, note = "" }: PutGrant,
): Promise<Grant> {
  if ((await findGroupRow(groupId)) === undefined) throw notFound("group");
  if (!(await hasAccount(accountId))) throw notFound("account");
  const before = await findGrant(groupId, accountId);
  const ends = expiresAt === null ? null : new Date(expiresAt);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const given = { models: [...models], expiresAt: ends, note };
    await putGrantRow(tx, { groupId, accountId }, { ...given, createdBy: actor.name, revision });
    await audit(tx, actor, {
      action: "line-grant.set",
      targetType: "account",
      targetId: accountId,
      before: before && { line: groupId, models: before.models, expiresAt: before.expiresAt },
      after: { line: groupId, models, expiresAt: ends?.toISOString() ?? null, note },
    });
    return revision;
  });
  await applied(revision);
  const grant = await findGrant(groupId, accountId);
  if (grant === undefined) throw notFound("grant");
  return grant;
}

/** Takes a grant back. Throws 404. */
export async function revokeGrant(actor: Actor, groupId: string, accountId: string): Promise<void> {
  const before = await findGrant(groupId, accountId);
  if (before === undefined) throw notFound("grant");
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    if (!(await revokeGrantRow(tx, { groupId, accountId }, revision))) throw notFound("grant");
    await audit(tx, actor, {
      action: "line-grant.revoke",
      targetType: "account",
      targetId: accountId,
      before: { line: groupId, models: before.models, expiresAt: before.expiresAt },
    });
    return revision;
  });
  await applied(revision);
}
