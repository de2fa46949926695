import { audit } from "#lib/audit/store";
import type { SignInOrigin } from "#lib/auth/origin";
import { inTransaction } from "#lib/db/transaction";
import { joinByAddress } from "#lib/invitations/join-service";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { findUserByEmail, findUserById, type UserRecord } from "#lib/users/store";
import type { ProviderId } from "./schema.ts";
import { findIdentity, insertIdentity, touchIdentity } from "./store.ts";

/** Whom a provider has vouched for; `email` only if it has verified it. */
export type Vouched = {
  provider: ProviderId;
  providerName: string;
  issuer: string;
  subject: string;
  email: string | null;
  name: string;
};

/**
 * Who comes in: whom the subject is linked to; else whose address the provider has verified, who is linked by it from
 * then on; else who has an open invitation to that address, or anybody where registration is on. Undefined for
 * everybody else, and for the disabled: nobody learns which of them. A person who is linked to another subject of the
 * same issuer is not found by address: there it may have been given to somebody else.
 */
export async function personBehind(vouched: Vouched, from: SignInOrigin): Promise<UserRecord | undefined> {
  const { provider, issuer, subject, email } = vouched;
  const linked = await findIdentity({ provider, issuer, subject });
  if (linked !== undefined) {
    const user = await findUserById(linked.userId);
    if (user?.isActive !== true) return undefined;
    await touchIdentity(linked.id, email, new Date());
    return user;
  }
  if (email === null) return undefined;
  const known = await findUserByEmail(email);
  if (known !== undefined && !known.isActive) return undefined;
  const user = known ?? (await joinByAddress({ email, name: vouched.name, ip: from.ip }));
  if (user === undefined) return undefined;
  return (await link(user, vouched, from)) ? user : undefined;
}

/** Links a subject to a person, who hears of it by mail. False if it is somebody else's, or if the person has another of this issuer. */
export async function link(user: UserRecord, vouched: Vouched, from: SignInOrigin): Promise<boolean> {
  const { provider, issuer, subject, email } = vouched;
  const { ip } = from;
  await loadLayout();
  const now = new Date();
  return inTransaction(async (tx) => {
    const data = { userId: user.id, provider, issuer, subject, email, usedAt: now };
    if (!(await insertIdentity(tx, data))) {
      return (await findIdentity({ provider, issuer, subject }, tx))?.userId === user.id;
    }
    const actor = { type: "user" as const, id: user.id, name: user.name || user.email, role: user.role, ip };
    await audit(tx, actor, {
      action: "identity.link",
      targetType: "user",
      targetId: user.id,
      after: { provider, issuer, email },
    });
    await queueMail(tx, {
      to: user.email,
      template: "security-notice",
      data: {
        what: "provider-linked",
        at: now.toISOString(),
        ip,
        provider: [vouched.providerName, email].filter((part) => part !== null).join(" · "),
        link: from.link ?? null,
      },
      locale: user.locale ?? "en",
    });
    return true;
  });
}
