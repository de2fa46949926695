import { isRole, type Role } from "#lib/auth/can";
import { prisma } from "#lib/db/client";
import type { User } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";

/** A person who can sign in. `passwordHash` stays on the server. */
export type UserRecord = {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  role: Role;
  isActive: boolean;
  sessionVersion: number;
};

/** By address in any case. */
export async function findUserByEmail(email: string): Promise<UserRecord | undefined> {
  return toRecord(await prisma().user.findUnique({ where: { email: email.trim().toLowerCase() } }));
}

export async function findUserById(id: string): Promise<UserRecord | undefined> {
  return toRecord(await prisma().user.findUnique({ where: { id } }));
}

export async function createUser(
  tx: Transaction,
  user: { email: string; name: string; passwordHash: string; role: Role },
): Promise<UserRecord> {
  return toRecord(await tx.user.create({ data: user }));
}

export async function ownerExists(on: Pick<Transaction, "user"> = prisma()): Promise<boolean> {
  return (await on.user.count({ where: { role: "owner" } })) > 0;
}

/** Notes a sign-in. */
export async function touchSignIn(id: string, at: Date): Promise<void> {
  await prisma().user.update({ where: { id }, data: { lastSignInAt: at } });
}

function toRecord(row: User): UserRecord;
function toRecord(row: User | null): UserRecord | undefined;
function toRecord(row: User | null): UserRecord | undefined {
  if (row === null) return undefined;
  const { id, email, name, passwordHash, sessionVersion } = row;
  // A check constraint keeps other roles out; the weakest one is the safe reading of a newer release's role.
  const role = isRole(row.role) ? row.role : "customer";
  return { id, email, name, passwordHash, role, isActive: row.status === "active", sessionVersion };
}
