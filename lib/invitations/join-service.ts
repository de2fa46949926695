import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { inTransaction } from "#lib/db/transaction";
import { revokeLinks } from "#lib/mail/link-store";
import { applied } from "#lib/runtime/applied";
import { readSettings } from "#lib/settings/store";
import { locales } from "#lib/users/schema";
import { createUser, type UserRecord } from "#lib/users/store";
import { enter, invitationAction } from "./service.ts";
import { findOpenInvitations, settleInvitation } from "./store.ts";

/**
 * Makes a person of someone who has proved an address elsewhere: by the open invitations to it, which are accepted all
 * at once, or as a customer with an account of their own where registration is on. They have no password. Undefined
 * when neither asks for them.
 */
export async function joinByAddress(person: {
  email: string;
  name: string;
  ip: string | null;
}): Promise<UserRecord | undefined> {
  const { email, name, ip } = person;
  const mayRegister = (await readSettings())["signIn.registration"];
  const joined = await inTransaction(async (tx) => {
    const now = new Date();
    const open = await findOpenInvitations(tx, email, now);
    for (const { id } of open) {
      // Somebody accepts it by its link at this moment: of the two, one; nothing of the other stands.
      if (!(await settleInvitation(tx, id, now))) throw new Error("an invitation was accepted elsewhere");
    }
    if (open.length === 0 && !mayRegister) return undefined;
    const role = open.find((invitation) => invitation.role !== null)?.role ?? "customer";
    const locale = locales.find((one) => one === open[0]?.locale);
    const user = await createUser(tx, { email, name, passwordHash: "", role, ...(locale && { locale }) });
    const actor: Actor = { type: "user", id: user.id, name: name || email, role, ip };
    for (const { id, accountId } of open) {
      await revokeLinks(tx, { action: invitationAction, subject: id }, now);
      const target = { targetType: "invitation", targetId: id };
      await audit(tx, actor, { action: "invitation.accept", ...target, after: { email, role, accountId } });
    }
    let revision: bigint | undefined;
    for (const each of open) revision = (await enter(tx, actor, each, undefined)) ?? revision;
    if (open.length > 0) return { user, revision };
    const own = { accountId: null, memberRole: null, role: null, email };
    const target = { targetType: "user", targetId: user.id };
    await audit(tx, actor, { action: "user.register", ...target, after: { email } });
    return { user, revision: await enter(tx, actor, own, name || email) };
  });
  if (joined?.revision !== undefined) await applied(joined.revision);
  return joined?.user;
}
