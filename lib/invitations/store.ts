import { z } from "zod";
import { roleOf } from "#lib/accounts/member-store";
import { decodeCursor, toPage } from "#lib/core/page";
import { isUuid, type PageOf } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Prisma, Invitation as Row } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { Invitation, ListInvitations } from "./schema.ts";

const withAccount = { account: { select: { name: true } } } as const;
type StoredInvitation = Row & { account: { name: string } | null };

/** Invitations, newest first; what people asked for themselves (registrations) is none of them. */
export async function listInvitations(query: ListInvitations, now: Date): Promise<PageOf<Invitation>> {
  const [after] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? [];
  const { accountId, state } = query;
  const rows = await prisma().invitation.findMany({
    where: {
      AND: [
        { invitedBy: { not: null } },
        accountId === undefined ? {} : { accountId },
        state === undefined ? {} : stateFilter(state, now),
        after === undefined ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
    include: withAccount,
  });
  return toPage(
    rows,
    query.limit,
    (row) => toInvitation(row, now),
    (row) => [row.id],
  );
}

/** In any state, as of `now`; a registration too (`invitedBy` null). Undefined: there is none, or `id` is no UUID. */
export async function findInvitation(
  id: string,
  now: Date,
  on: Pick<Transaction, "invitation"> = prisma(),
): Promise<(Invitation & { invitedBy: string | null; locale: string }) | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await on.invitation.findUnique({ where: { id }, include: withAccount });
  return row === null
    ? undefined
    : { ...toInvitation(row, now), invitedBy: row.invitedBy, locale: row.locale };
}

/** What an address was invited to and has not accepted; what it asked for itself (a registration) is none of it. */
export async function findOpenInvitations(
  tx: Transaction,
  email: string,
  now: Date,
): Promise<(Invitation & { locale: string })[]> {
  const rows = await tx.invitation.findMany({
    where: { email, invitedBy: { not: null }, ...stateFilter("open", now) },
    include: withAccount,
    orderBy: { id: "desc" },
  });
  return rows.map((row) => ({ ...toInvitation(row, now), locale: row.locale }));
}

/** Answers its id; its link and mail are the caller's. One without `invitedBy` is a registration. */
export async function insertInvitation(
  tx: Transaction,
  data: Prisma.InvitationUncheckedCreateInput,
): Promise<string> {
  return (await tx.invitation.create({ data })).id;
}

/** A new mail was sent: its link works until then. False for one that was accepted or revoked. */
export async function extendInvitation(tx: Transaction, id: string, expiresAt: Date): Promise<boolean> {
  return setUnsettled(tx, id, { expiresAt });
}

/** False for one that was accepted or revoked before. */
export async function revokeInvitation(tx: Transaction, id: string, now: Date): Promise<boolean> {
  return setUnsettled(tx, id, { revokedAt: now });
}

/** False for one that was accepted or revoked before: of two who accept at once, one. */
export async function settleInvitation(tx: Transaction, id: string, now: Date): Promise<boolean> {
  return setUnsettled(tx, id, { acceptedAt: now });
}

/** Open invitations of an address to the same thing, which a new one replaces. */
export async function findRivals(
  tx: Transaction,
  { email, accountId, isConsole }: { email: string; accountId: string | null; isConsole: boolean },
): Promise<string[]> {
  const rows = await tx.invitation.findMany({
    where: {
      email,
      accountId,
      role: isConsole ? { not: null } : null,
      acceptedAt: null,
      revokedAt: null,
    },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function setUnsettled(
  tx: Transaction,
  id: string,
  data: { expiresAt: Date } | { revokedAt: Date } | { acceptedAt: Date },
): Promise<boolean> {
  const changed = await tx.invitation.updateMany({
    where: { id, acceptedAt: null, revokedAt: null },
    data,
  });
  return changed.count > 0;
}

function stateFilter(state: Invitation["state"], now: Date): Prisma.InvitationWhereInput {
  if (state === "accepted") return { acceptedAt: { not: null } };
  if (state === "revoked") return { revokedAt: { not: null } };
  const expiresAt = state === "open" ? { gt: now } : { lte: now };
  return { acceptedAt: null, revokedAt: null, expiresAt };
}

function toInvitation(row: StoredInvitation, now: Date): Invitation {
  const { id, email, role, accountId, memberRole, expiresAt, createdAt } = row;
  return {
    id,
    email,
    role: role === "owner" || role === "operator" || role === "support" ? role : null,
    accountId,
    accountName: row.account?.name ?? null,
    memberRole: memberRole === null ? null : roleOf(memberRole),
    state: stateOf(row, now),
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

function stateOf({ acceptedAt, revokedAt, expiresAt }: Row, now: Date): Invitation["state"] {
  if (acceptedAt !== null) return "accepted";
  if (revokedAt !== null) return "revoked";
  return expiresAt > now ? "open" : "expired";
}
