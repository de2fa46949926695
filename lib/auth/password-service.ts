import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { minuteMs } from "#lib/core/time";
import { inTransaction, savepoint, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { createLink, findLink, revokeLinks, takeLink } from "#lib/mail/link-store";
import { queueMail } from "#lib/mail/service";
import { hashPassword } from "#lib/users/live";
import type { Locale } from "#lib/users/schema";
import { findUserByEmail, findUserById, setPassword, type UserRecord } from "#lib/users/store";
import { checkPassword, forgiveFailures } from "./service.ts";
import { countFailure, failureCounts } from "./store.ts";
import { mailSubjectsOf, refuseExhausted } from "./throttle.ts";

/** The action that a reset link is bound to, and how long it works. */
const resetAction = "password.reset";
const resetMinutes = 30;

type Asker = { email: string; ip: string | null; base: string; locale: Locale };

/** Throws 429 once an address (known or not) or a place has caused enough mails. Counts this one. */
export async function countMail({ email, ip }: Pick<Asker, "email" | "ip">): Promise<void> {
  const subjects = mailSubjectsOf(email, ip);
  const keys = subjects.map(({ key }) => key);
  const counts = await failureCounts(keys);
  for (const subject of subjects) refuseExhausted(subject, counts.get(subject.key), Date.now());
  await countFailure(keys, Date.now());
}

/**
 * Mails a link that sets a new password, once, within 30 minutes. Answers the same for an address that nobody
 * has, after the same work: link and mail are made for it as well, and then taken back. Throws 429.
 */
export async function requestPasswordReset(asker: Asker): Promise<void> {
  await countMail(asker);
  await loadLayout();
  await inTransaction(async (tx) => {
    const user = await findUserByEmail(asker.email, tx);
    await savepoint(tx, async () => {
      await sendReset(tx, asker, user);
      return user?.isActive === true;
    });
  });
}

async function sendReset(tx: Transaction, asker: Asker, user: UserRecord | undefined): Promise<void> {
  const subject = user?.id ?? nobody;
  const now = new Date();
  await revokeLinks(tx, { action: resetAction, subject }, now);
  const target = { action: resetAction, subject };
  const { token } = await createLink(tx, target, { now, lastsMs: resetMinutes * minuteMs });
  await queueMail(tx, {
    to: asker.email,
    template: "password-reset",
    data: { link: `${asker.base}/reset-password?token=${token}`, minutes: resetMinutes, ip: asker.ip },
    locale: user?.locale ?? asker.locale,
    oneTime: token,
  });
  const actor: Actor = { type: "system", id: "anonymous", name: "anonymous", role: "customer", ip: asker.ip };
  await audit(tx, actor, { action: "password.request-reset", targetType: "user", targetId: subject });
}

/** Whose password a reset link would set. Throws 404 `link_not_valid`. */
export async function readReset(token: string): Promise<{ email: string }> {
  const link = await findLink(resetAction, token, new Date());
  const user = link && (await findUserById(link.subject));
  if (user === undefined || !user.isActive) throw linkNotValid();
  return { email: user.email };
}

/** Uses a reset link up: a new password, and every session ends. The second factor stays. Throws 404 `link_not_valid`. */
export async function resetPassword(
  input: { token: string; password: string },
  ip: string | null,
  base: string,
): Promise<void> {
  // Asked before hashing, so that guesses cost nothing; the transaction asks again.
  await readReset(input.token);
  const passwordHash = await hashPassword(input.password);
  await loadLayout();
  const email = await inTransaction(async (tx) => {
    const subject = await takeLink(tx, resetAction, input.token, new Date());
    const user = subject === undefined ? undefined : await findUserById(subject, tx);
    if (user === undefined || !user.isActive) throw linkNotValid();
    const actor: Actor = { type: "user", id: user.id, name: user.name || user.email, role: user.role, ip };
    await storePassword(tx, actor, user, passwordHash, "password.reset", base);
    return user.email;
  });
  await forgiveFailures(email, ip);
}

/**
 * A new password in place of the current one: every session ends. Answers the person as they are now, so that the
 * one who asks can be signed in again. Throws 422 for a wrong current password, 429 after too many.
 */
export async function changePassword(
  actor: Actor,
  input: { currentPassword: string; newPassword: string },
  base: string,
): Promise<UserRecord> {
  const user = await findUserById(actor.id);
  if (user === undefined) throw notFound("user");
  if ((await checkPassword(user.email, input.currentPassword, actor.ip)) === undefined) {
    throw invalidFields({ currentPassword: "wrong password" });
  }
  await forgiveFailures(user.email, actor.ip);
  const passwordHash = await hashPassword(input.newPassword);
  await loadLayout();
  return inTransaction(async (tx) => {
    await storePassword(tx, actor, user, passwordHash, "password.change", base);
    return (await findUserById(user.id, tx)) ?? user;
  });
}

async function storePassword(
  tx: Transaction,
  actor: Actor,
  user: UserRecord,
  passwordHash: string,
  action: string,
  base: string,
): Promise<void> {
  const now = new Date();
  await setPassword(tx, user.id, passwordHash);
  await revokeLinks(tx, { action: resetAction, subject: user.id }, now);
  await audit(tx, actor, { action, targetType: "user", targetId: user.id });
  const at = now.toISOString();
  await queueMail(tx, {
    to: user.email,
    template: "security-notice",
    data: { what: "password-changed", at, ip: actor.ip, link: `${base}/profile` },
    locale: user.locale ?? "en",
  });
}

/** Stands in for the id of the person whom an unknown address does not have. */
const nobody = "00000000-0000-7000-8000-000000000000";

function linkNotValid(): AppError {
  return new AppError({
    code: "link_not_valid",
    status: 404,
    message: "This link was used or has expired. Ask for a new one.",
  });
}
