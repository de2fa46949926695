import { randomBytes } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { lowerRole } from "#lib/auth/can";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { isUuid } from "#lib/core/shapes";
import { minuteMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import type { CreatedToken, CreateToken } from "./schema.ts";
import { hashToken, makeToken, tokenPrefix } from "./secret.ts";
import { type ActingToken, findActingToken, insertToken, revokeToken, touchToken } from "./store.ts";

/** Who a `tgm_…` text is, or undefined. Notes its use at most once a minute. */
export async function authenticateToken(text: string): Promise<ActingToken | undefined> {
  const now = new Date();
  const token = await findActingToken(hashToken(text), now);
  if (token === undefined) return undefined;
  const lastUsedMs = token.lastUsedAt?.getTime() ?? 0;
  if (now.getTime() - lastUsedMs > minuteMs) await touchToken(token.id, now);
  return token;
}

/** Makes a management token for a person; its secret is in this answer only. At most the person's own role. */
export async function createToken(actor: Actor, input: CreateToken): Promise<CreatedToken> {
  const { id: createdBy, role: ownRole } = requirePerson(actor);
  const role = input.role ?? ownRole;
  if (lowerRole(role, ownRole) !== role) throw invalidFields({ role: "no more than your own role" });
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw invalidFields({ expiresAt: "this time is past" });
  const secret = makeToken(randomBytes(32));
  const token = await inTransaction(async (tx) => {
    const made = await insertToken(tx, {
      name: input.name,
      role,
      hash: hashToken(secret),
      prefix: tokenPrefix(secret),
      expiresAt,
      createdBy,
    });
    await audit(tx, actor, {
      action: "token.create",
      targetType: "token",
      targetId: made.id,
      after: made,
    });
    return made;
  });
  return { ...token, secret };
}

/** Revokes a token, at once. Throws 404 when there is none. */
export async function deleteToken(actor: Actor, id: string): Promise<void> {
  requirePerson(actor);
  if (!isUuid(id)) throw notFound("token");
  await inTransaction(async (tx) => {
    if (!(await revokeToken(tx, id, new Date()))) throw notFound("token");
    await audit(tx, actor, { action: "token.delete", targetType: "token", targetId: id });
  });
}

/** Tokens beget no tokens: one that leaks must not outlive its revocation. */
function requirePerson(actor: Actor): Actor {
  if (actor.type === "user") return actor;
  throw new AppError({
    code: "forbidden",
    status: 403,
    message: "Only a signed-in person can make or revoke management tokens.",
  });
}
