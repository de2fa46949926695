import type { Actor } from "#lib/api/operation";
import { AppError, invalidFields } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import { standingLimit } from "./grant.ts";
import type { PutLimits } from "./schema.ts";
import { requireScope, writeLimit } from "./service.ts";
import { findLimitRow, type LimitKey } from "./store.ts";

type Change = PutLimits["changes"][number];

/**
 * Sets and takes away many limits, all or none, each with its audit entry; in force on this node when it returns.
 * Throws 422 for a scope that is not there or a limit named twice, 409 `limit_changed` where one is not what it was
 * expected to be.
 */
export async function putLimits(actor: Actor, { changes }: PutLimits): Promise<{ changed: number }> {
  await requireScopes(changes);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const moved: LimitKey[] = [];
    for (const change of changes) {
      const key = keyOf(change);
      if (change.expected !== undefined && (await standingValue(tx, key)) !== change.expected)
        moved.push(key);
    }
    if (moved.length > 0) throw changedMeanwhile(moved);
    for (const { value, shadow, ...change } of changes) {
      const isGone = value === null ? { shadow: false } : {};
      const data = {
        value: value === null ? null : BigInt(value),
        ...(shadow === undefined ? isGone : { shadow }),
      };
      await writeLimit(tx, actor, keyOf(change), { ...data, revision });
    }
    return revision;
  });
  await applied(revision);
  return { changed: changes.length };
}

async function requireScopes(changes: readonly Change[]): Promise<void> {
  const keys = changes.map((change) => JSON.stringify(Object.values(keyOf(change))));
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) throw invalidFields({ [`changes.${twice}`]: "this limit is named twice" });
  const scopes = new Map(changes.map((change) => [`${change.scope} ${change.scopeId ?? ""}`, keyOf(change)]));
  for (const { scope, scopeId } of scopes.values()) await requireScope(scope, scopeId);
}

async function standingValue(tx: Transaction, key: LimitKey): Promise<number | null> {
  const row = await findLimitRow(tx, key);
  return row === null ? null : (standingLimit(key, row, Date.now())?.value ?? null);
}

function keyOf({ scope, scopeId, model, metric }: Omit<Change, "value">): LimitKey {
  return { scope, scopeId: scopeId ?? null, model: model ?? null, metric };
}

function changedMeanwhile(moved: readonly LimitKey[]): AppError {
  return new AppError({
    code: "limit_changed",
    status: 409,
    message: "Somebody has changed some of these limits meanwhile. Nothing was saved: look again.",
    extra: { limits: moved.slice(0, 20) },
  });
}
