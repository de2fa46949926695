import { randomBytes } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { open, seal } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { findUserById, type UserRecord } from "#lib/users/store";
import { clearFailures, countAttempt } from "./store.ts";
import { refuseExhausted, totpSubject } from "./throttle.ts";
import {
  hashRecoveryCode,
  makeRecoveryCode,
  makeTotpSecret,
  recoveryCodeCount,
  stepOfCode,
  totpUri,
} from "./totp.ts";
import {
  deleteTotp,
  enableTotpRow,
  setPendingTotp,
  setRecoveryCodes,
  takeRecoveryCode,
  takeStep,
} from "./totp-store.ts";

/** A secret for an authenticator app, and its address for a QR code. It counts once a code of it was confirmed. */
export async function startTotp(actor: Actor): Promise<{ secret: string; uri: string }> {
  const user = await findPerson(actor.id);
  const secret = makeTotpSecret(Uint8Array.from(randomBytes(20)));
  await inTransaction(async (tx) => {
    if (!(await setPendingTotp(tx, user.id, seal(secret, "user.totp")))) throw alreadyOn();
    await audit(tx, actor, { action: "totp.start", targetType: "user", targetId: user.id });
  });
  const settings = await readSettings();
  return { secret, uri: totpUri(secret, settings["site.name"], user.email) };
}

/** Turns the second factor on with its first code. The recovery codes are in this answer and nowhere else. */
export async function confirmTotp(actor: Actor, code: string, base: string): Promise<string[]> {
  const user = await findPerson(actor.id);
  if (user.totpSecret === null) throw notFound("second factor that waits for its first code");
  if (user.totpEnabledAt !== null) throw alreadyOn();
  const step = stepOfCode(open(user.totpSecret, "user.totp"), code, Date.now());
  if (step === undefined)
    throw invalidFields({ code: "this code does not fit: is the clock of the device right?" });
  await loadLayout();
  return inTransaction(async (tx) => {
    if (!(await enableTotpRow(tx, user.id, step, new Date()))) throw alreadyOn();
    const codes = await renewRecoveryCodes(tx, user.id);
    await tell(tx, actor, user, "totp-enabled", base);
    return codes;
  });
}

/** New recovery codes; the older ones end. Throws 404 without a second factor. */
export async function makeRecoveryCodes(actor: Actor, base: string): Promise<string[]> {
  const user = await findPerson(actor.id);
  if (user.totpEnabledAt === null) throw notFound("second factor");
  await loadLayout();
  return inTransaction(async (tx) => {
    const codes = await renewRecoveryCodes(tx, user.id);
    await tell(tx, actor, user, "recovery-codes-made", base);
    return codes;
  });
}

/** Turns a person's second factor off. Throws 404 when there is none. */
export async function disableTotp(actor: Actor, userId: string, base: string): Promise<void> {
  const user = await findUserById(userId);
  if (user === undefined) throw notFound("user");
  await loadLayout();
  await inTransaction(async (tx) => {
    if (!(await deleteTotp(tx, user.id))) throw notFound("second factor");
    await tell(tx, actor, user, "totp-disabled", base);
  });
}

/**
 * Checks the second factor of someone whose password was right: a code of their app, each once, or a recovery
 * code. Throws 401 `totp_required` without a code, `totp_invalid` for a wrong or used one, and 429 after ten
 * tries for this person in 15 minutes, from wherever they come.
 */
export async function checkSecondFactor(user: UserRecord, code: string): Promise<void> {
  if (user.totpEnabledAt === null || user.totpSecret === null) return;
  if (code === "") throw refusal("totp_required", "Enter the code of your authenticator app.");
  const subject = totpSubject(user.id);
  // Counted before it is checked: a burst in flight cannot run past the limit.
  refuseExhausted(subject, await countAttempt(subject.key, Date.now()), Date.now());
  const step = stepOfCode(open(user.totpSecret, "user.totp"), code, Date.now());
  const fits =
    step === undefined
      ? await takeRecoveryCode(user.id, hashRecoveryCode(code))
      : await takeStep(user.id, step);
  if (!fits) throw refusal("totp_invalid", "This code is wrong, or was used before. Wait for the next one.");
  await clearFailures(subject.key);
}

async function renewRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, () => makeRecoveryCode(randomBytes(10)));
  await setRecoveryCodes(tx, userId, codes.map(hashRecoveryCode));
  return codes;
}

/** Whoever it was, the person hears of it. */
async function tell(
  tx: Transaction,
  actor: Actor,
  user: UserRecord,
  what: "totp-enabled" | "totp-disabled" | "recovery-codes-made",
  base: string,
): Promise<void> {
  const at = new Date().toISOString();
  await audit(tx, actor, { action: `totp.${what}`, targetType: "user", targetId: user.id });
  const data = { what, at, ip: actor.ip, link: `${base}/profile` };
  await queueMail(tx, { to: user.email, template: "security-notice", data, locale: user.locale ?? "en" });
}

async function findPerson(id: string): Promise<UserRecord> {
  const user = await findUserById(id);
  if (user === undefined) throw notFound("user");
  return user;
}

function refusal(code: string, message: string): AppError {
  return new AppError({ code, status: 401, message });
}

function alreadyOn(): AppError {
  return new AppError({ code: "totp_enabled", status: 409, message: "The second factor is on already." });
}
