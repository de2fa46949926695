import { randomBytes } from "node:crypto";
import { audit } from "#lib/audit/store";
import { AppError } from "#lib/core/errors";
import { minuteMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { readSettings } from "#lib/settings/store";
import { hashPassword, verifyPassword, withHashSlot } from "#lib/users/live";
import {
  createUser,
  findUserByEmail,
  lockOwners,
  ownerExists,
  touchSignIn,
  type UserRecord,
} from "#lib/users/store";
import { browserOf, placeOf } from "./familiar.ts";
import { rememberSignIn } from "./known-store.ts";
import type { SignInOrigin } from "./origin.ts";
import {
  addOwnerLink,
  clearFailures,
  countFailure,
  failureCounts,
  isOwnerLinkOpen,
  takeOwnerLink,
} from "./store.ts";
import { refuseExhausted, subjectsOf } from "./throttle.ts";
import { checkSecondFactor } from "./totp-service.ts";

/**
 * Checks a password. Undefined for a wrong one, an unknown address and a disabled person alike, in the same
 * time. Throws 429 `too_many_sign_ins` before any hashing once too many attempts have failed.
 */
export async function checkPassword(
  email: string,
  password: string,
  ip: string | null,
): Promise<UserRecord | undefined> {
  const subjects = subjectsOf(email, ip);
  // Asked and counted inside the slot, so that a burst in flight cannot run past the limit.
  return withHashSlot(async () => {
    const counts = await failureCounts(subjects.map((subject) => subject.key));
    for (const subject of subjects) refuseExhausted(subject, counts.get(subject.key), Date.now());
    const found = await findUserByEmail(email);
    const fits = await verifyPassword(found?.passwordHash, password);
    if (fits && found?.isActive) return found;
    await countFailure(
      subjects.map((subject) => subject.key),
      Date.now(),
    );
    return undefined;
  });
}

/** Forgets the failures of an address from a place: the right person was there. */
export async function forgiveFailures(email: string, ip: string | null): Promise<void> {
  const [account] = subjectsOf(email, ip);
  if (account !== undefined) await clearFailures(account.key);
}

/**
 * A sign-in: password, then the second factor where there is one (throws as checkSecondFactor does), noted with
 * the person and in the audit log.
 */
export async function signIn(
  input: { email: string; password: string; code: string },
  from: SignInOrigin,
): Promise<UserRecord | undefined> {
  const user = await checkPassword(input.email, input.password, from.ip);
  if (user === undefined) return undefined;
  await checkSecondFactor(user, input.code);
  await forgiveFailures(input.email, from.ip);
  await noteSignIn(user, from);
  return user;
}

/**
 * Notes a sign-in with the person and in the audit log, and tells them by mail when it comes from a network or a
 * browser that they had not used before (setting signIn.mailUnfamiliar). `provider`: who vouched for them.
 */
export async function noteSignIn(user: UserRecord, from: SignInOrigin, provider?: string): Promise<void> {
  const now = new Date();
  const { ip } = from;
  const browser = browserOf(from.userAgent);
  await touchSignIn(user.id, now);
  const { isNewNetwork, isNewBrowser } = await inTransaction(async (tx) => {
    const actor = { type: "user" as const, id: user.id, name: user.name || user.email, role: user.role, ip };
    await audit(tx, actor, {
      action: "session.create",
      targetType: "user",
      targetId: user.id,
      ...(provider === undefined ? {} : { after: { provider } }),
    });
    const place = { network: placeOf(ip), browser };
    return rememberSignIn(tx, user.id, place, now);
  });
  if (!(isNewNetwork || isNewBrowser)) return;
  if (!(await readSettings())["signIn.mailUnfamiliar"]) return;
  const what = isNewNetwork ? ("new-sign-in-address" as const) : ("new-sign-in-browser" as const);
  const data = { what, at: now.toISOString(), ip, browser, link: from.link ?? null };
  await loadLayout();
  await inTransaction((tx) =>
    queueMail(tx, { to: user.email, template: "security-notice", data, locale: user.locale ?? "en" }),
  );
}

/** Creates the owner that OWNER_EMAIL and OWNER_PASSWORD name, unless there is an owner. Called at start. */
export async function ensureFirstOwner(owner: { email: string; password: string }): Promise<void> {
  if (await ownerExists()) return;
  const passwordHash = await hashPassword(owner.password);
  await insertFirstOwner({ email: owner.email.trim().toLowerCase(), name: "", passwordHash });
}

/** Makes a first-run token (256 bits, 30 min), or undefined once there is an owner. Called at start. */
export async function createOwnerLink(): Promise<string | undefined> {
  if (await ownerExists()) return undefined;
  const token = randomBytes(32).toString("base64url");
  await addOwnerLink(token, new Date(Date.now() + 30 * minuteMs));
  return token;
}

/** Whether the first-run link works: not used, not expired, and there is no owner yet. */
export async function isFirstRunOpen(token: string): Promise<boolean> {
  return !(await ownerExists()) && (await isOwnerLinkOpen(token, new Date()));
}

/** Creates the first owner through the link. Throws 403 `link_not_valid`; of two racers one wins. */
export async function createFirstOwner(input: {
  token: string;
  email: string;
  name: string;
  password: string;
}): Promise<UserRecord> {
  // Asked before hashing, so that guesses cost nothing; the transaction asks again.
  if (!(await isFirstRunOpen(input.token))) throw linkNotValid();
  const passwordHash = await hashPassword(input.password);
  const owner = await insertFirstOwner({ email: input.email, name: input.name, passwordHash }, input.token);
  if (owner === undefined) throw linkNotValid();
  return owner;
}

function insertFirstOwner(
  owner: { email: string; name: string; passwordHash: string },
  token?: string,
): Promise<UserRecord | undefined> {
  return inTransaction(async (tx) => {
    await lockOwners(tx);
    if (await ownerExists(tx)) return undefined;
    if (token !== undefined && !(await takeOwnerLink(tx, token, new Date()))) return undefined;
    const user = await createUser(tx, { ...owner, role: "owner" });
    await audit(
      tx,
      { type: "system", id: "system", name: "first run", role: "owner", ip: null },
      {
        action: "user.create",
        targetType: "user",
        targetId: user.id,
        after: { email: user.email, role: user.role },
      },
    );
    return user;
  });
}

function linkNotValid(): AppError {
  return new AppError({
    code: "link_not_valid",
    status: 403,
    message: "This link was used, has expired, or an owner exists. Restart Tollgate for a new one.",
  });
}
