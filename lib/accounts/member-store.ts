import { z } from "zod";
import type { Membership } from "#lib/api/operation";
import type { MemberRole } from "#lib/auth/can";
import { decodeCursor, toPage } from "#lib/core/page";
import { isUuid, type PageOf } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { type Locale, locales } from "#lib/users/schema";
import type { AccountOfUser, ListMembers, Member } from "./member-schema.ts";

/** The accounts of a person, the oldest membership first. */
export async function listMembershipsOf(userId: string): Promise<Membership[]> {
  const rows = await prisma().membership.findMany({
    where: { userId },
    orderBy: [{ createdAt: "asc" }, { accountId: "asc" }],
    include: { account: { select: { name: true } } },
  });
  return rows.map(({ accountId, account, role }) => ({ accountId, name: account.name, role: roleOf(role) }));
}

/** The accounts of a person, and in which of them nobody else is an admin. */
export async function listAccountsOfUser(userId: string): Promise<AccountOfUser[]> {
  const memberships = isUuid(userId) ? await listMembershipsOf(userId) : [];
  const others = await prisma().membership.groupBy({
    by: ["accountId"],
    where: {
      accountId: { in: memberships.map(({ accountId }) => accountId) },
      role: "admin",
      userId: { not: userId },
    },
  });
  const guarded = new Set(others.map(({ accountId }) => accountId));
  return memberships.map((each) => ({
    ...each,
    isLastAdmin: each.role === "admin" && !guarded.has(each.accountId),
  }));
}

/** One page of an account's members by their id. */
export async function listMembers(accountId: string, query: ListMembers): Promise<PageOf<Member>> {
  const [after] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? [];
  const rows = await prisma().membership.findMany({
    where: { accountId, ...(after === undefined ? {} : { userId: { gt: after } }) },
    orderBy: { userId: "asc" },
    take: query.limit + 1,
    include: { user: { select: { email: true, name: true, status: true } } },
  });
  return toPage(
    rows,
    query.limit,
    ({ userId, role, createdAt, user }) => ({
      userId,
      email: user.email,
      name: user.name,
      role: roleOf(role),
      status: user.status === "disabled" ? ("disabled" as const) : ("active" as const),
      createdAt: createdAt.toISOString(),
    }),
    (row) => [row.userId],
  );
}

/** The admins of an account who may sign in: whom mails about its money go to. */
export async function findAdmins(
  accountId: string,
  on: Pick<Transaction, "membership"> = prisma(),
): Promise<{ email: string; locale: Locale | null }[]> {
  const rows = await on.membership.findMany({
    where: { accountId, role: "admin", user: { status: "active" } },
    orderBy: { userId: "asc" },
    take: 50,
    include: { user: { select: { email: true, locale: true } } },
  });
  return rows.map(({ user }) => ({
    email: user.email,
    locale: locales.find((locale) => locale === user.locale) ?? null,
  }));
}

/** An account's members with their roles, locked until the transaction ends: who decides by them decides alone. */
export async function lockMembers(tx: Transaction, accountId: string): Promise<Map<string, MemberRole>> {
  if (!isUuid(accountId)) return new Map();
  const rows = await tx.$queryRaw<{ userId: string; role: string }[]>`
    SELECT user_id::text AS "userId", role FROM membership WHERE account_id = ${accountId}::uuid FOR UPDATE`;
  return new Map(rows.map(({ userId, role }) => [userId, roleOf(role)]));
}

/** Makes someone a member; one who is already becomes what is asked, never less than they were. */
export async function addMember(
  tx: Transaction,
  member: { accountId: string; userId: string; role: MemberRole },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO membership AS m (user_id, account_id, role)
    VALUES (${member.userId}::uuid, ${member.accountId}::uuid, ${member.role})
    ON CONFLICT (user_id, account_id) DO UPDATE SET role = least(m.role, excluded.role)`;
}

/** Throws where they are no member. Call it under lockMembers, which tells the last admin from one of several. */
export async function setMemberRole(
  tx: Transaction,
  { accountId, userId }: { accountId: string; userId: string },
  role: MemberRole,
): Promise<void> {
  await tx.membership.update({ where: { userId_accountId: { userId, accountId } }, data: { role } });
}

/** Ends a membership, nothing else of the person. Throws where there is none; call it under lockMembers too. */
export async function deleteMember(
  tx: Transaction,
  { accountId, userId }: { accountId: string; userId: string },
): Promise<void> {
  await tx.membership.delete({ where: { userId_accountId: { userId, accountId } } });
}

/** A check constraint keeps other words out; the weaker role is the safe reading of a newer release's. */
export function roleOf(text: string): MemberRole {
  return text === "admin" ? "admin" : "member";
}
