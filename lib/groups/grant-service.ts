import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import { type Activation, endsAnew, tidied } from "./grant.ts";
import type { Grant, PutGrant } from "./grant-schema.ts";
import { findGrant, hasAccount, holdTold, listGrants, putGrantRow, revokeGrantRow } from "./grant-store.ts";
import { findGroupRow } from "./store.ts";

/** Throws 404 when there is no such line. */
export async function grantsOf(groupId: string): Promise<Grant[]> {
  if ((await findGroupRow(groupId)) === undefined) throw notFound("group");
  return listGrants(groupId);
}

/** Throws 404 when nothing stands. */
export async function getGrant(groupId: string, accountId: string): Promise<Grant> {
  const grant = await findGrant(groupId, accountId);
  if (grant === undefined) throw notFound("grant");
  return grant;
}

/** Opens a line's models for an account, or changes what is open; in force on this node when it returns. Throws 404. */
export async function putGrant(
  actor: Actor,
  groupId: string,
  accountId: string,
  { models = [], expiresAt = null, modelEnds = {}, note = "" }: PutGrant,
): Promise<Grant> {
  if ((await findGroupRow(groupId)) === undefined) throw notFound("group");
  if (!(await hasAccount(accountId))) throw notFound("account");
  const stray = Object.keys(modelEnds).find((model) => models.length > 0 && !models.includes(model));
  if (stray !== undefined) throw invalidFields({ modelEnds: `${stray} is not among the models` });
  const given = tidied({ models, expiresAt: utc(expiresAt), modelEnds: mapped(modelEnds) });
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await findGrant(groupId, accountId, tx);
    await storeGrant(tx, { groupId, accountId }, { ...given, note, createdBy: actor.name, revision });
    await audit(tx, actor, {
      action: "line-grant.set",
      targetType: "account",
      targetId: accountId,
      before: before && auditedGrant(before),
      after: { ...auditedGrant({ groupId, ...given }), note },
    });
    return revision;
  });
  await applied(revision);
  return getGrant(groupId, accountId);
}

/** Takes a grant back. Throws 404. */
export async function revokeGrant(actor: Actor, groupId: string, accountId: string): Promise<void> {
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await findGrant(groupId, accountId, tx);
    if (before === undefined) throw notFound("grant");
    if (!(await revokeGrantRow(tx, { groupId, accountId }, revision))) throw notFound("grant");
    await audit(tx, actor, {
      action: "line-grant.revoke",
      targetType: "account",
      targetId: accountId,
      before: auditedGrant(before),
    });
    return revision;
  });
  await applied(revision);
}

/**
 * Writes what is activated, with its ends as the database keeps them. Where something ends sooner than what its account was
 * told of, it is told again.
 */
export async function storeGrant(
  tx: Transaction,
  key: { groupId: string; accountId: string },
  {
    expiresAt,
    models,
    ...rest
  }: Activation & {
    modelEnds: Record<string, string | null>;
    note: string;
    createdBy: string;
    revision: bigint;
  },
): Promise<void> {
  const ends = expiresAt === null ? null : new Date(expiresAt);
  const before = await holdTold(tx, key);
  const after = { models, expiresAt, modelEnds: rest.modelEnds };
  const toldUntil = before?.toldUntil ?? null;
  const forgetsTold = before !== undefined && toldUntil !== null && endsAnew(before, after, toldUntil);
  await putGrantRow(tx, key, { ...rest, models: [...models], expiresAt: ends }, forgetsTold);
}

/** A grant as the audit log tells it. */
export function auditedGrant({ groupId, models, expiresAt, modelEnds }: Activation & { groupId: string }) {
  const own = Object.keys(modelEnds).length > 0 ? { modelEnds } : {};
  return { line: groupId, models, expiresAt, ...own };
}

function mapped(ends: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(ends).map(([model, end]) => [model, utc(end)]));
}

function utc(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
