import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import type { UpdateUser, User } from "./schema.ts";
import {
  deleteUserRow,
  endSessions,
  findUserById,
  lockOwners,
  setProfile,
  statusOf,
  toUser,
  updateUserRow,
} from "./store.ts";

/** Throws 404 when there is none. */
export async function getUser(id: string): Promise<User> {
  const user = await findUserById(id);
  if (user === undefined) throw notFound("user");
  return toUser(user);
}

/**
 * Changes a person's role, status, name or language. Another role and disabling end their sessions, on every
 * node at their next request. Throws 409 `last_owner` when no active owner would be left; of two owners who
 * demote each other at once, one is refused.
 */
export async function updateUser(actor: Actor, id: string, body: UpdateUser): Promise<User> {
  await inTransaction(async (tx) => {
    await lockOwners(tx);
    const before = await findUserById(id, tx);
    if (before === undefined || before.isDeleted) throw notFound("user");
    const after = {
      role: body.role ?? before.role,
      status: body.status ?? (before.isActive ? ("active" as const) : ("disabled" as const)),
      name: body.name ?? before.name,
      locale: body.locale === undefined ? before.locale : body.locale,
    };
    const endsSessions = after.role !== before.role || after.status !== statusOf(before);
    if (!(await updateUserRow(tx, id, after, endsSessions))) throw lastOwner();
    const { role, name, locale } = before;
    await audit(tx, actor, {
      action: "user.update",
      targetType: "user",
      targetId: id,
      before: { role, status: statusOf(before), name, locale },
      after,
    });
  });
  return getUser(id);
}

/**
 * Deletes a person: at once, on every node, they are signed out and nothing leads in any more; what they did keeps
 * their name. Accounts that they belonged to stay, with keys, balance and whoever else belongs to them. Throws 404, and
 * 409 `last_owner` when no active owner would be left.
 */
export async function deleteUser(actor: Actor, id: string): Promise<void> {
  await inTransaction(async (tx) => {
    await lockOwners(tx);
    const before = await findUserById(id, tx);
    if (before === undefined || before.isDeleted) throw notFound("user");
    const { email, role, name } = before;
    if (!(await deleteUserRow(tx, id, name || email, new Date()))) throw lastOwner();
    const status = statusOf(before);
    await audit(tx, actor, {
      action: "user.delete",
      targetType: "user",
      targetId: id,
      before: { name, role, status },
    });
  });
}

/** What people change of themselves. */
export async function updateProfile(
  actor: Actor,
  profile: Pick<UpdateUser, "name" | "locale">,
): Promise<User> {
  const { name, locale } = profile;
  return inTransaction(async (tx) => {
    const after = await setProfile(tx, actor.id, {
      ...(name === undefined ? {} : { name }),
      ...(locale === undefined ? {} : { locale }),
    });
    await audit(tx, actor, {
      action: "profile.update",
      targetType: "user",
      targetId: actor.id,
      after: profile,
    });
    return toUser(after);
  });
}

/** Ends all of a person's sessions, this one too. */
export async function signOutEverywhere(actor: Actor, id: string): Promise<void> {
  await inTransaction(async (tx) => {
    const user = await findUserById(id, tx);
    if (user === undefined || user.isDeleted) throw notFound("user");
    await endSessions(tx, id);
    await audit(tx, actor, { action: "session.delete-all", targetType: "user", targetId: id });
  });
}

function lastOwner(): AppError {
  return new AppError({
    code: "last_owner",
    status: 409,
    message: "This is the last active owner. Make someone else an owner first.",
  });
}
