import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notAvailable, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import type { Scope } from "./metrics.ts";
import type { LimitAnswer, PutLimit } from "./schema.ts";
import { findLimit, hasScope, type LimitKey, putLimitRow } from "./store.ts";

/** Sets a limit; in force on this node when it returns. Throws 422 for a scope that is not there. */
export async function putLimit(actor: Actor, body: PutLimit): Promise<LimitAnswer> {
  const key = {
    scope: body.scope,
    scopeId: body.scopeId ?? null,
    model: body.model ?? null,
    metric: body.metric,
  };
  await requireScope(key.scope, key.scopeId);
  const { value, note } = body;
  const id = await change(actor, key, { value: BigInt(value), ...(note === undefined ? {} : { note }) });
  return getLimit(id);
}

/** Takes a limit away. Throws 404. */
export async function deleteLimit(actor: Actor, id: string): Promise<void> {
  const { scope, scopeId, model, metric } = await getLimit(id);
  await change(actor, { scope, scopeId, model, metric }, { value: null });
}

/** Throws 404. */
export async function getLimit(id: string): Promise<LimitAnswer> {
  const limit = await findLimit(id);
  if (limit === undefined) throw notFound("limit");
  return limit;
}

async function change(
  actor: Actor,
  key: LimitKey,
  data: { value: bigint | null; note?: string },
): Promise<string> {
  const { id, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const { id, before } = await putLimitRow(tx, key, { ...data, revision });
    await audit(tx, actor, {
      action: data.value === null ? "limit.delete" : "limit.set",
      targetType: "limit",
      targetId: id,
      before: { ...key, value: textOf(before) },
      after: { ...key, value: textOf(data.value) },
    });
    return { id, revision };
  });
  await applied(revision);
  return id;
}

async function requireScope(scope: Scope, scopeId: string | null): Promise<void> {
  if (scope === "channel") throw notAvailable({ scope: "limits of channels" });
  if (scope === "default") {
    if (scopeId !== null) throw invalidFields({ scopeId: "the default scope has no id" });
    return;
  }
  if (scopeId === null) throw invalidFields({ scopeId: `the id of the ${scope} is expected` });
  if (!(await hasScope(scope, scopeId))) throw invalidFields({ scopeId: `there is no such ${scope}` });
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : value.toString();
}
