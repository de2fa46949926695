import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import type { MemberRole } from "#lib/auth/can";
import { AppError, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { deleteMember, lockMembers, setMemberRole } from "./member-store.ts";

type MemberKey = { accountId: string; userId: string };

/**
 * Changes what a member is in an account; in force at their next request. Throws 404, and 409 `last_admin`
 * when a customer would leave the account without an admin.
 */
export async function updateMember(actor: Actor, key: MemberKey, role: MemberRole): Promise<void> {
  await inTransaction(async (tx) => {
    const before = findMember(await lockMembers(tx, key.accountId), key, actor, role);
    await setMemberRole(tx, key, role);
    await audit(tx, actor, { ...recordOf("member.update", key), before: { role: before }, after: { role } });
  });
}

/** Takes someone out of an account. Throws as updateMember does; what they made (keys) stays. */
export async function removeMember(actor: Actor, key: MemberKey): Promise<void> {
  await inTransaction(async (tx) => {
    const role = findMember(await lockMembers(tx, key.accountId), key, actor, undefined);
    await deleteMember(tx, key);
    await audit(tx, actor, { ...recordOf("member.delete", key), before: { role } });
  });
}

/** What the member is now. Operators may leave an account without an admin: they can invite a new one. */
function findMember(
  members: ReadonlyMap<string, MemberRole>,
  { userId }: MemberKey,
  actor: Actor,
  becomes: MemberRole | undefined,
): MemberRole {
  const role = members.get(userId);
  if (role === undefined) throw notFound("member");
  const admins = [...members.values()].filter((one) => one === "admin").length;
  if (role === "admin" && becomes !== "admin" && admins === 1 && actor.role === "customer") throw lastAdmin();
  return role;
}

function recordOf(action: string, { accountId, userId }: MemberKey) {
  return { action, targetType: "member", targetId: `${accountId} ${userId}` };
}

function lastAdmin(): AppError {
  return new AppError({
    code: "last_admin",
    status: 409,
    message: "This is the last admin of the account. Make someone else an admin first.",
  });
}
