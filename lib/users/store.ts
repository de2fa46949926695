import { isRole, type Role } from "#lib/auth/can";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, User as UserRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { ListUsers, Locale, User } from "./schema.ts";

/** A person who can sign in. `passwordHash` and `totpSecret` (sealed) stay on the server. */
export type UserRecord = {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  role: Role;
  isActive: boolean;
  /** Only the name is left of them. */
  isDeleted: boolean;
  sessionVersion: number;
  locale: Locale | null;
  totpSecret: Uint8Array | null;
  totpEnabledAt: Date | null;
  lastSignInAt: Date | null;
  createdAt: Date;
};

/** By address in any case. */
export async function findUserByEmail(
  email: string,
  on: Pick<Transaction, "user"> = prisma(),
): Promise<UserRecord | undefined> {
  return toRecord(await on.user.findUnique({ where: { email: email.trim().toLowerCase() } }));
}

/** Disabled and deleted people too: whoever signs somebody in looks at `isActive`. Undefined: none, or no UUID. */
export async function findUserById(
  id: string,
  on: Pick<Transaction, "user"> = prisma(),
): Promise<UserRecord | undefined> {
  return isUuid(id) ? toRecord(await on.user.findUnique({ where: { id } })) : undefined;
}

/** People, newest first, up to `limit` + 1, after the id `after`. `q`: address, name, id. */
export async function listUsers(query: ListUsers, after?: string): Promise<User[]> {
  const rows = await prisma().user.findMany({
    where: { AND: [filterOf(query), after === undefined ? {} : { id: { lt: after } }] },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return rows.map((row) => toUser(toRecord(row)));
}

/** `email` in small letters, as findUserByEmail looks for it; throws where it is taken. `passwordHash` "": no password. */
export async function createUser(
  tx: Transaction,
  user: { email: string; name: string; passwordHash: string; role: Role; locale?: Locale },
): Promise<UserRecord> {
  return toRecord(await tx.user.create({ data: user }));
}

/** Owners and operators who can sign in, in their language. */
export async function listOperators(
  on: Pick<Transaction, "user"> = prisma(),
): Promise<{ email: string; locale: "en" | "zh" }[]> {
  const rows = await on.user.findMany({
    where: { role: { in: ["owner", "operator"] }, status: "active" },
    select: { email: true, locale: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(({ email, locale }) => ({ email, locale: locale === "zh" ? "zh" : "en" }));
}

/** Whether anybody may do everything; one who is disabled counts. */
export async function ownerExists(on: Pick<Transaction, "user"> = prisma()): Promise<boolean> {
  return (await on.user.count({ where: { role: "owner", status: { not: "deleted" } } })) > 0;
}

/** From here to commit nobody else makes, demotes or disables an owner, on any node. */
export async function lockOwners(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('tollgate first owner', 0))`;
}

/**
 * Changes a person, unless nobody would be an active owner afterwards: then false, and nothing is changed.
 * Every session of theirs ends with `endsSessions`. Call it after lockOwners.
 */
export async function updateUserRow(
  tx: Transaction,
  id: string,
  change: { role: Role; status: "active" | "disabled"; name: string; locale: Locale | null },
  endsSessions: boolean,
): Promise<boolean> {
  const staysOwner = change.role === "owner" && change.status === "active";
  const changed = await tx.$executeRaw`
    UPDATE app_user u SET role = ${change.role}, status = ${change.status}, name = ${change.name},
      locale = ${change.locale}, session_version = session_version + ${endsSessions ? 1 : 0}, updated_at = now()
    WHERE id = ${id}::uuid AND (${staysOwner} OR EXISTS (
      SELECT 1 FROM app_user o WHERE o.id <> u.id AND o.role = 'owner' AND o.status = 'active')
      OR NOT (u.role = 'owner' AND u.status = 'active'))`;
  return changed > 0;
}

/**
 * Leaves nothing of a person but the name, unless nobody would be an active owner afterwards: then false, and nothing
 * is changed. Sessions, ways in, memberships, saved views and management tokens end. Call it after lockOwners.
 */
export async function deleteUserRow(tx: Transaction, id: string, name: string, now: Date): Promise<boolean> {
  // The role goes too: an older release that still runs would count a deleted owner as one.
  const deleted = await tx.$executeRaw`
    UPDATE app_user u SET status = 'deleted', role = 'customer', name = ${name},
      email = u.id::text || '@deleted.invalid', password_hash = '', totp_secret = NULL, totp_enabled_at = NULL,
      locale = NULL, last_sign_in_at = NULL, session_version = session_version + 1, updated_at = now()
    WHERE id = ${id}::uuid AND status <> 'deleted' AND (
      EXISTS (SELECT 1 FROM app_user o WHERE o.id <> u.id AND o.role = 'owner' AND o.status = 'active')
      OR NOT (u.role = 'owner' AND u.status = 'active'))`;
  if (deleted === 0) return false;
  await tx.recoveryCode.deleteMany({ where: { userId: id } });
  await tx.identity.deleteMany({ where: { userId: id } });
  await tx.knownSignIn.deleteMany({ where: { userId: id } });
  await tx.savedView.deleteMany({ where: { userId: id } });
  await tx.membership.deleteMany({ where: { userId: id } });
  await tx.subscriber.deleteMany({ where: { userId: id } });
  await tx.oneTimeToken.deleteMany({ where: { subject: id } });
  await tx.managementToken.updateMany({
    where: { createdBy: id, revokedAt: null },
    data: { revokedAt: now },
  });
  return true;
}

/** A new password; every session ends. */
export async function setPassword(tx: Transaction, id: string, passwordHash: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { passwordHash, sessionVersion: { increment: 1 } } });
}

/** Ends every session of a person: their cookies name an older version. */
export async function endSessions(tx: Transaction, id: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { sessionVersion: { increment: 1 } } });
}

/** What people say of themselves. */
export async function setProfile(
  tx: Transaction,
  id: string,
  profile: { name?: string; locale?: Locale | null },
): Promise<UserRecord> {
  return toRecord(await tx.user.update({ where: { id }, data: profile }));
}

/** Notes a sign-in. */
export async function touchSignIn(id: string, at: Date): Promise<void> {
  await prisma().user.update({ where: { id }, data: { lastSignInAt: at } });
}

/** A person as they are shown. */
export function toUser(record: UserRecord): User {
  const { id, email, name, role, locale, totpEnabledAt, lastSignInAt, createdAt } = record;
  return {
    id,
    email: record.isDeleted ? "" : email,
    name,
    role,
    status: statusOf(record),
    locale,
    totp: totpEnabledAt !== null,
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** Asks for deleted first: `isActive` is false of deleted people too. */
export function statusOf({ isActive, isDeleted }: UserRecord): User["status"] {
  if (isDeleted) return "deleted";
  return isActive ? "active" : "disabled";
}

function filterOf({ q, role, status }: ListUsers): Prisma.UserWhereInput {
  const text = q?.trim() ?? "";
  const contains = { contains: text, mode: "insensitive" } as const;
  return {
    ...(role === undefined ? {} : { role }),
    status: status ?? { not: "deleted" },
    ...(text === ""
      ? {}
      : { OR: [{ email: contains }, { name: contains }, ...(isUuid(text) ? [{ id: text }] : [])] }),
  };
}

function toRecord(row: UserRow): UserRecord;
function toRecord(row: UserRow | null): UserRecord | undefined;
function toRecord(row: UserRow | null): UserRecord | undefined {
  if (row === null) return undefined;
  const {
    id,
    email,
    name,
    passwordHash,
    sessionVersion,
    totpSecret,
    totpEnabledAt,
    lastSignInAt,
    createdAt,
  } = row;
  return {
    id,
    email,
    name,
    passwordHash,
    // A check constraint keeps other roles out; the weakest one is the safe reading of a newer release's role.
    role: isRole(row.role) ? row.role : "customer",
    isActive: row.status === "active",
    isDeleted: row.status === "deleted",
    sessionVersion,
    locale: row.locale === "en" || row.locale === "zh" ? row.locale : null,
    totpSecret,
    totpEnabledAt,
    lastSignInAt,
    createdAt,
  };
}
