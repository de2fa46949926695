import { addMember } from "#lib/accounts/member-store";
import { openAccount } from "#lib/accounts/service";
import { findAccount } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { can } from "#lib/auth/can";
import { countMail, requestPasswordReset } from "#lib/auth/password-service";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { createLink, findLink, maxLinkMs, revokeLinks, takeLink } from "#lib/mail/link-store";
import { queueMail } from "#lib/mail/service";
import { applied } from "#lib/runtime/applied";
import { readSettings } from "#lib/settings/store";
import { hashPassword } from "#lib/users/live";
import { type Locale, locales } from "#lib/users/schema";
import { createUser, findUserByEmail, type UserRecord } from "#lib/users/store";
import type { AcceptInvitation, CreateInvitation, Invitation, OpenInvitation } from "./schema.ts";
import {
  extendInvitation,
  findInvitation,
  findRivals,
  insertInvitation,
  revokeInvitation,
  settleInvitation,
} from "./store.ts";

/** The action that an invitation's link is bound to. */
export const invitationAction = "invitation.accept";

/**
 * Asks an address by mail to join the console or an account. An older open invitation to the same thing ends.
 * Nothing tells an account's admins whether the address is known. Throws 403 for a console role unless the
 * actor may change people, 409 `user_exists` for the address of one, 422 for an account that does not exist.
 */
export async function createInvitation(
  actor: Actor,
  body: CreateInvitation,
  base: string,
): Promise<Invitation> {
  const { email, role = null, accountId = null } = body;
  if (role !== null) await requireConsoleInvitation(actor, email);
  if (accountId !== null && (await findAccount(accountId)) === undefined) {
    throw invalidFields({ accountId: "there is no such account" });
  }
  await loadLayout();
  const now = new Date();
  const id = await inTransaction(async (tx) => {
    for (const rival of await findRivals(tx, { email, accountId, isConsole: role !== null })) {
      await endInvitation(tx, rival, now);
    }
    const invitee = await findUserByEmail(email, tx);
    const id = await insertInvitation(tx, {
      email,
      role,
      accountId,
      memberRole: accountId === null ? null : (body.memberRole ?? "member"),
      locale: invitee?.locale ?? "en",
      invitedBy: actor.id,
      expiresAt: new Date(now.getTime() + maxLinkMs),
    });
    await sendInvitation(tx, actor, id, base, now);
    await audit(tx, actor, {
      action: "invitation.create",
      targetType: "invitation",
      targetId: id,
      after: body,
    });
    return id;
  });
  return getInvitation(id);
}

/**
 * Registers a new customer, where the setting allows it: the mail's link proves the address. Who has a sign-in
 * already gets a link to a new password instead, after the same work and with the same answer. Throws 404 where
 * registration is off, 429 after too many mails.
 */
export async function requestRegistration(asker: {
  email: string;
  ip: string | null;
  base: string;
  locale: Locale;
}): Promise<void> {
  if (!(await readSettings())["signIn.registration"]) throw notFound("registration here");
  if ((await findUserByEmail(asker.email)) !== undefined) return requestPasswordReset(asker);
  await countMail(asker);
  await loadLayout();
  const now = new Date();
  const { email, base, locale } = asker;
  await inTransaction(async (tx) => {
    for (const rival of await findRivals(tx, { email, accountId: null, isConsole: false })) {
      await endInvitation(tx, rival, now);
    }
    const expiresAt = new Date(now.getTime() + maxLinkMs);
    const id = await insertInvitation(tx, { email, locale, expiresAt });
    const { token } = await createLink(tx, { action: invitationAction, subject: id }, { now });
    await queueMail(tx, {
      to: email,
      template: "email-verification",
      data: { link: `${base}/invitation?token=${token}`, expiresAt: expiresAt.toISOString() },
      locale,
      oneTime: token,
    });
  });
}

/** Sends the mail again with a new link; the old one ends. Throws 404, 409 `invitation_settled`. */
export async function resendInvitation(actor: Actor, id: string, base: string): Promise<Invitation> {
  await loadLayout();
  const now = new Date();
  await inTransaction(async (tx) => {
    requireMay(actor, await findInvitation(id, now, tx));
    if (!(await extendInvitation(tx, id, new Date(now.getTime() + maxLinkMs)))) throw settled();
    await sendInvitation(tx, actor, id, base, now);
    await audit(tx, actor, { action: "invitation.resend", targetType: "invitation", targetId: id });
  });
  return getInvitation(id);
}

/** Takes an invitation back; its link ends at once. Throws 404, 409 `invitation_settled`. */
export async function deleteInvitation(actor: Actor, id: string): Promise<void> {
  const now = new Date();
  await inTransaction(async (tx) => {
    requireMay(actor, await findInvitation(id, now, tx));
    if (!(await endInvitation(tx, id, now))) throw settled();
    await audit(tx, actor, { action: "invitation.delete", targetType: "invitation", targetId: id });
  });
}

/** Throws 404 when there is none. */
export async function getInvitation(id: string): Promise<Invitation> {
  const invitation = await findInvitation(id, new Date());
  if (invitation === undefined) throw notFound("invitation");
  return invitation;
}

/** What a link would do. Throws 404 `link_not_valid` for one that was used, has expired or was taken back. */
export async function readInvitation(token: string): Promise<OpenInvitation> {
  const invitation = await findByToken(token);
  return {
    email: invitation.email,
    accountName: invitation.accountName,
    isRegistration: isRegistration(invitation),
    isKnown: (await findUserByEmail(invitation.email)) !== undefined,
  };
}

/**
 * Uses the link up: a new person chooses name and password; who has a sign-in becomes a member with it. Throws
 * 404 `link_not_valid`; of two who accept at once, one. 422 without the password of a new person.
 */
export async function acceptInvitation(body: AcceptInvitation, ip: string | null): Promise<UserRecord> {
  const invitation = await findByToken(body.token);
  const isKnown = (await findUserByEmail(invitation.email)) !== undefined;
  if (!isKnown && body.password === undefined) throw invalidFields({ password: "required" });
  const passwordHash = body.password === undefined ? "" : await hashPassword(body.password);
  const { user, revision } = await inTransaction(async (tx) => {
    const now = new Date();
    const id = await takeLink(tx, invitationAction, body.token, now);
    if (id === undefined || !(await settleInvitation(tx, id, now))) throw linkNotValid();
    const known = await findUserByEmail(invitation.email, tx);
    if (known === undefined && passwordHash === "") throw linkNotValid();
    const user =
      known ??
      (await createUser(tx, {
        email: invitation.email,
        name: body.name ?? "",
        passwordHash,
        role: invitation.role ?? "customer",
        locale: localeOf(invitation.locale),
      }));
    const actor: Actor = { type: "user", id: user.id, name: user.name || user.email, role: user.role, ip };
    const revision = await enter(tx, actor, invitation, body.accountName);
    await audit(tx, actor, {
      action: "invitation.accept",
      targetType: "invitation",
      targetId: id,
      after: { email: user.email, role: user.role, accountId: invitation.accountId },
    });
    return { user, revision };
  });
  if (revision !== undefined) await applied(revision);
  return user;
}

/** Makes the person a member of the account they were invited to, or of a new one of their own. */
export async function enter(
  tx: Transaction,
  actor: Actor,
  { accountId, memberRole, role, email }: Pick<Invitation, "accountId" | "memberRole" | "role" | "email">,
  accountName: string | undefined,
): Promise<bigint | undefined> {
  if (role !== null) return undefined;
  if (accountId !== null) {
    await addMember(tx, { accountId, userId: actor.id, role: memberRole ?? "member" });
    return undefined;
  }
  const opened = await openAccount(tx, actor, { name: accountName ?? actor.name, email });
  await addMember(tx, { accountId: opened.id, userId: actor.id, role: "admin" });
  return opened.revision;
}

async function sendInvitation(
  tx: Transaction,
  actor: Actor,
  id: string,
  base: string,
  now: Date,
): Promise<void> {
  const invitation = await findInvitation(id, now, tx);
  if (invitation === undefined) throw notFound("invitation");
  const target = { action: invitationAction, subject: id };
  await revokeLinks(tx, target, now);
  const { token, expiresAt } = await createLink(tx, target, { now });
  await queueMail(tx, {
    to: invitation.email,
    template: "invitation",
    data: {
      link: `${base}/invitation?token=${token}`,
      inviter: actor.name,
      accountName: invitation.accountName,
      isKnown: (await findUserByEmail(invitation.email, tx)) !== undefined,
      expiresAt: expiresAt.toISOString(),
    },
    locale: localeOf(invitation.locale),
    oneTime: token,
  });
}

async function endInvitation(tx: Transaction, id: string, now: Date): Promise<boolean> {
  await revokeLinks(tx, { action: invitationAction, subject: id }, now);
  return revokeInvitation(tx, id, now);
}

async function findByToken(token: string) {
  const now = new Date();
  const link = await findLink(invitationAction, token, now);
  const invitation = link && (await findInvitation(link.subject, now));
  if (invitation === undefined || invitation.state !== "open") throw linkNotValid();
  return invitation;
}

/** Only who may change people has a say in who joins the console. */
function requireMay(actor: Actor, invitation: { role: string | null } | undefined): void {
  if (invitation === undefined) throw notFound("invitation");
  if (invitation.role === null || can(actor.role, "users.write")) return;
  throw new AppError({
    code: "forbidden",
    status: 403,
    message: "Only an owner invites people to the console.",
  });
}

async function requireConsoleInvitation(actor: Actor, email: string): Promise<void> {
  requireMay(actor, { role: "console" });
  if ((await findUserByEmail(email)) === undefined) return;
  throw new AppError({
    code: "user_exists",
    status: 409,
    message: "This address has a sign-in already. Change the role of the person instead.",
    fields: { email: "has a sign-in already" },
  });
}

function isRegistration({ role, accountId }: Invitation): boolean {
  return role === null && accountId === null;
}

function localeOf(text: string) {
  return locales.find((locale) => locale === text) ?? "en";
}

function settled(): AppError {
  return new AppError({
    code: "invitation_settled",
    status: 409,
    message: "This invitation was accepted or taken back.",
  });
}

function linkNotValid(): AppError {
  return new AppError({
    code: "link_not_valid",
    status: 404,
    message: "This link was used, has expired or was taken back. Ask for a new one.",
  });
}
