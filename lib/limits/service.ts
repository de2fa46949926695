import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import type { Scope } from "./metrics.ts";
import type { LimitAnswer, PutLimit } from "./schema.ts";
import { findLimit, hasScope, type LimitData, type LimitKey, putLimitRow } from "./store.ts";

/** Sets a limit; in force on this node when it returns. Throws 422 for a scope that is not there. */
export async function putLimit(actor: Actor, body: PutLimit): Promise<LimitAnswer> {
  const key = {
    scope: body.scope,
    scopeId: body.scopeId ?? null,
    model: body.model ?? null,
    metric: body.metric,
  };
  await requireScope(key.scope, key.scopeId);
  const { value, note, shadow } = body;
  const data = {
    value: BigInt(value),
    ...(note === undefined ? {} : { note }),
    ...(shadow === undefined ? {} : { shadow }),
  };
  return getLimit(await change(actor, key, data));
}

/** Takes a limit away. Throws 404. */
export async function deleteLimit(actor: Actor, id: string): Promise<void> {
  const { scope, scopeId, model, metric } = await getLimit(id);
  await change(actor, { scope, scopeId, model, metric }, { value: null, shadow: false });
}

/** Throws 404. */
export async function getLimit(id: string): Promise<LimitAnswer> {
  const limit = await findLimit(id);
  if (limit === undefined) throw notFound("limit");
  return limit;
}

/**
 * Writes a limit within a transaction that has bumped the revision, and says in the audit log what it was and is.
 * Answers its id.
 */
export async function writeLimit(
  tx: Transaction,
  actor: Actor,
  key: LimitKey,
  data: LimitData & { revision: bigint },
): Promise<string> {
  const { id, before } = await putLimitRow(tx, key, data);
  await audit(tx, actor, {
    action: data.value === null ? "limit.delete" : data.grant ? "limit.grant" : "limit.set",
    targetType: "limit",
    targetId: id,
    before: { ...key, value: textOf(before?.value), shadow: before?.shadow ?? false },
    after: {
      ...key,
      value: textOf(data.value === undefined ? before?.value : data.value),
      shadow: data.shadow ?? before?.shadow ?? false,
      ...(data.grant === undefined
        ? {}
        : { granted: String(data.grant.value), grantedUntil: data.grant.until.toISOString() }),
    },
  });
  return id;
}

async function change(actor: Actor, key: LimitKey, data: LimitData): Promise<string> {
  const { id, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    return { id: await writeLimit(tx, actor, key, { ...data, revision }), revision };
  });
  await applied(revision);
  return id;
}

/** Throws 422 for a scope that is not there. */
export async function requireScope(scope: Scope, scopeId: string | null): Promise<void> {
  if (scope === "default") {
    if (scopeId !== null) throw invalidFields({ scopeId: "the default scope has no id" });
    return;
  }
  if (scopeId === null) throw invalidFields({ scopeId: `the id of the ${scope} is expected` });
  if (!(await hasScope(scope, scopeId))) throw invalidFields({ scopeId: `there is no such ${scope}` });
}

function textOf(value: bigint | null | undefined): string | null {
  return value?.toString() ?? null;
}
