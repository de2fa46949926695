import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { findOwner } from "#lib/keys/store";
import type { Policies, PutPolicy } from "./policy-schema.ts";
import { deletePolicy, readPolicies, type StoredPolicy, writePolicy } from "./policy-store.ts";

type About = { accountId: string; keyId?: string | undefined };

/** What bears on an account, or on one of its keys. Throws 404 for a key that is not the account's. */
export async function getPolicies(about: About): Promise<Policies> {
  await requireOwn(about);
  const { accountId, keyId } = about;
  const { key, account, setting } = await readPolicies({
    accountId,
    ...(keyId === undefined ? {} : { keyId }),
  });
  return {
    key: shown(key),
    account: shown(account),
    setting,
    inForce: key?.policy ?? account?.policy ?? setting,
  };
}

/** Sets an account's or a key's own policy, or takes it away. Nodes read it when an incident comes: nothing is loaded. */
export async function putPolicy(actor: Actor, body: PutPolicy): Promise<Policies> {
  await requireOwn(body);
  const { accountId, keyId, policy } = body;
  const where =
    keyId === undefined
      ? ({ scope: "account", scopeId: accountId } as const)
      : ({ scope: "key", scopeId: keyId } as const);
  await inTransaction(async (tx) => {
    const known = await readPolicies({ accountId, ...(keyId === undefined ? {} : { keyId }) }, tx);
    const before = known[where.scope]?.policy ?? null;
    if (policy === null) await deletePolicy(tx, where);
    else await writePolicy(tx, where, policy, actor.name);
    await audit(tx, actor, {
      action: "incident-policy.update",
      targetType: where.scope,
      targetId: where.scopeId,
      before: { policy: before },
      after: { policy },
    });
  });
  return getPolicies(body);
}

async function requireOwn({ accountId, keyId }: About): Promise<void> {
  if (keyId !== undefined && (await findOwner([keyId])) !== accountId) throw notFound("key");
}

function shown(stored: StoredPolicy | null): Policies["key"] {
  return (
    stored && { ...stored.policy, updatedBy: stored.updatedBy, updatedAt: stored.updatedAt.toISOString() }
  );
}
