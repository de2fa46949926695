import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import type { Account as AccountRow } from "#lib/db/generated/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { findMissingGroups } from "#lib/groups/store";
import { openFunds } from "#lib/ledger/store";
import { applied } from "#lib/runtime/applied";
import type { Account, CreateAccount, UpdateAccount } from "./schema.ts";
import { findAccount, insertAccount, lockAccount, updateAccountRow } from "./store.ts";

/** Makes an account and its money row. Throws 422 `invalid_fields` for a group that does not exist. */
export async function createAccount(actor: Actor, body: CreateAccount): Promise<Account> {
  await requireGroup(body.group);
  const { id, revision } = await inTransaction((tx) => openAccount(tx, actor, body));
  await applied(revision);
  return getAccount(id);
}

/** createAccount's part within a transaction; the caller awaits `applied(revision)` after it. */
export async function openAccount(
  tx: Transaction,
  actor: Actor,
  body: CreateAccount,
): Promise<{ id: string; revision: bigint }> {
  const revision = await bumpRevision(tx);
  const row = await insertAccount(tx, {
    name: body.name,
    email: body.email ?? null,
    groupId: body.group ?? "default",
    timeZone: body.timeZone ?? "UTC",
    revision,
  });
  await openFunds(tx, row.id);
  const targetId = row.id;
  await audit(tx, actor, { action: "account.create", targetType: "account", targetId, after: auditOf(row) });
  return { id: row.id, revision };
}

/** Changes what is named. A suspended account's keys are refused at once. Throws 404, 422. */
export async function updateAccount(actor: Actor, id: string, body: UpdateAccount): Promise<Account> {
  await requireGroup(body.group);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockAccount(tx, id);
    if (before === undefined) throw notFound("account");
    const after = await updateAccountRow(tx, id, { ...changesOf(body), revision });
    await audit(tx, actor, {
      action: "account.update",
      targetType: "account",
      targetId: id,
      before: auditOf(before),
      after: auditOf(after),
    });
    return revision;
  });
  await applied(revision);
  return getAccount(id);
}

/** Throws 404 when there is none. */
export async function getAccount(id: string): Promise<Account> {
  const account = await findAccount(id);
  if (account === undefined) throw notFound("account");
  return account;
}

function changesOf({ name, email, group, status, timeZone, incidentThreshold }: UpdateAccount) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(group === undefined ? {} : { groupId: group }),
    ...(status === undefined ? {} : { status }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(incidentThreshold === undefined ? {} : { incidentThreshold }),
  };
}

async function requireGroup(group: string | undefined): Promise<void> {
  if (group === undefined) return;
  if ((await findMissingGroups([group])).length > 0) throw invalidFields({ group: "there is no such group" });
}

function auditOf({ name, email, groupId, status, timeZone, incidentThreshold }: AccountRow) {
  return { name, email, group: groupId, status, timeZone, incidentThreshold };
}
