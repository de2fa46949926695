import { z } from "zod";
import { isRole, lowerRole, type Role } from "#lib/auth/can";
import { decodeCursor, toPage } from "#lib/core/page";
import { isUuid, type PageOf } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { ManagementToken } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { ListTokens, Token } from "./schema.ts";

/** A token that may act now: the weaker of its own role and what its maker is today. */
export type ActingToken = { id: string; name: string; role: Role; lastUsedAt: Date | null };

/** By hash; undefined when unknown, revoked, expired, or its maker may no longer sign in. */
export async function findActingToken(
  hash: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<ActingToken | undefined> {
  const token = await prisma().managementToken.findUnique({ where: { hash } });
  if (token === null || token.revokedAt !== null) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= now) return undefined;
  const maker = await prisma().user.findUnique({ where: { id: token.createdBy } });
  if (maker?.status !== "active" || !isRole(maker.role) || !isRole(token.role)) return undefined;
  const role = lowerRole(maker.role, token.role);
  return { id: token.id, name: token.name, role, lastUsedAt: token.lastUsedAt };
}

/** Nothing happens where there is none. The caller spares the database: once a minute is enough. */
export async function touchToken(id: string, at: Date): Promise<void> {
  await prisma().managementToken.updateMany({ where: { id }, data: { lastUsedAt: at } });
}

/** Takes the secret's hash and what lists show of it (`prefix`); `expiresAt` null: it lasts. The answer has no secret. */
export async function insertToken(
  tx: Transaction,
  token: {
    name: string;
    role: Role;
    hash: Uint8Array<ArrayBuffer>;
    prefix: string;
    expiresAt: Date | null;
    createdBy: string;
  },
): Promise<Token> {
  return toAnswer(await tx.managementToken.create({ data: token }));
}

/** Tokens that are not revoked, newest first. */
export async function listTokens(query: ListTokens): Promise<PageOf<Token>> {
  const before = decodeCursor(query.cursor, z.tuple([z.uuid()]));
  const rows = await prisma().managementToken.findMany({
    where: { revokedAt: null, ...(before === undefined ? {} : { id: { lt: before[0] } }) },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return toPage(rows, query.limit, toAnswer, (row) => [row.id]);
}

/** Undefined: there is none, or it was revoked. */
export async function findToken(id: string): Promise<Token | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().managementToken.findFirst({ where: { id, revokedAt: null } });
  return row ? toAnswer(row) : undefined;
}

/** Revokes a token; false when there was none to revoke. */
export async function revokeToken(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const revoked = await tx.managementToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: at },
  });
  return revoked.count > 0;
}

function toAnswer(row: ManagementToken): Token {
  const role = row.role === "owner" || row.role === "operator" ? row.role : "support";
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}
