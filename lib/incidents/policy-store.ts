import { prisma } from "#lib/db/client";
import type { IncidentPolicy as PolicyRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { IncidentPolicy } from "#lib/settings/schema";
import { readSettings } from "#lib/settings/store";
import type { PolicyScope } from "./policy-schema.ts";

export type StoredPolicy = { policy: IncidentPolicy; updatedBy: string; updatedAt: Date };
type Db = Pick<Transaction, "incidentPolicy" | "setting">;

/** The policies of a key, of its account, and the setting: the first that stands counts. */
export async function readPolicies(
  { keyId, accountId }: { keyId?: string; accountId: string },
  on: Db = prisma(),
): Promise<{ key: StoredPolicy | null; account: StoredPolicy | null; setting: IncidentPolicy }> {
  const rows = await on.incidentPolicy.findMany({
    where: { scopeId: { in: keyId === undefined ? [accountId] : [accountId, keyId] } },
  });
  const of = (scope: PolicyScope) => {
    const row = rows.find((one) => one.scope === scope);
    return row === undefined ? null : stored(row);
  };
  return { key: of("key"), account: of("account"), setting: (await readSettings(on))["incidents.policy"] };
}

/** What counts for a key. */
export async function policyOf(
  about: { keyId: string; accountId: string },
  on: Db = prisma(),
): Promise<IncidentPolicy> {
  const { key, account, setting } = await readPolicies(about, on);
  return key?.policy ?? account?.policy ?? setting;
}

/** Sets a key's or account's own, whole. No revision: no node keeps it, an incident reads it when it comes. */
export async function writePolicy(
  tx: Transaction,
  { scope, scopeId }: { scope: PolicyScope; scopeId: string },
  policy: IncidentPolicy,
  updatedBy: string,
): Promise<void> {
  const data = { ...policy, updatedBy };
  await tx.incidentPolicy.upsert({
    where: { scope_scopeId: { scope, scopeId } },
    create: { scope, scopeId, ...data },
    update: data,
  });
}

/** What the key or account is under next counts from then on. False: it had none of its own. */
export async function deletePolicy(
  tx: Transaction,
  where: { scope: PolicyScope; scopeId: string },
): Promise<boolean> {
  return (await tx.incidentPolicy.deleteMany({ where })).count === 1;
}

function stored(row: PolicyRow): StoredPolicy {
  const mode = row.mode === "cap" || row.mode === "suspend" ? row.mode : "tell";
  const { atScore, capTimes, cutStreams } = row;
  return {
    policy: { mode, atScore, capTimes, cutStreams },
    updatedBy: row.updatedBy,
    updatedAt: row.updatedAt,
  };
}
