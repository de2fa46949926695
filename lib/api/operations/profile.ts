import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { requirePerson } from "#lib/api/person";
import { listAuditEntries } from "#lib/audit/store";
import { issueCookie, requiresTotp } from "#lib/auth/live";
import { changePassword } from "#lib/auth/password-service";
import { confirmTotp, disableTotp, makeRecoveryCodes, startTotp } from "#lib/auth/totp-service";
import { AppError } from "#lib/core/errors";
import { timeAnswer } from "#lib/core/shapes";
import { editedOfProfile, newPassword, updateUserBody, userAnswer } from "#lib/users/schema";
import { getUser, signOutEverywhere, updateProfile } from "#lib/users/service";

const shared = { tag: "Session", permission: "me.write" } as const;
const code = z.string().max(64);
const recoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()).meta({ description: "shown once; each works once" }) })
  .meta({ id: "RecoveryCodes" });

export const updateMe = operation({
  ...shared,
  id: "updateMe",
  method: "PATCH",
  path: "/api/me",
  summary: "Change one's own name and language",
  body: updateUserBody.pick({ name: true, locale: true }),
  answer: userAnswer,
  etag: editedOfProfile,
  current: ({ actor }) => getUser(requirePerson(actor).id),
  run: ({ actor, body }) => updateProfile(requirePerson(actor), body),
});

export const changePasswordOperation = operation({
  ...shared,
  id: "changePassword",
  method: "POST",
  path: "/api/me/password",
  summary: "Change one's password; every session ends, this one goes on",
  body: z.strictObject({ currentPassword: z.string().max(1024), newPassword }),
  answer: z.void(),
  status: 204,
  async run({ actor, body, request, answerHeaders }) {
    const user = await changePassword(requirePerson(actor), body, mailBase(request, actor));
    answerHeaders.delete("set-cookie");
    answerHeaders.append("set-cookie", await issueCookie(user, Date.now()));
  },
});

export const signOutEverywhereOperation = operation({
  ...shared,
  id: "signOutEverywhere",
  method: "POST",
  path: "/api/me/sign-out-everywhere",
  summary: "End all of one's sessions, this one too",
  answer: z.void(),
  status: 204,
  run: ({ actor }) => signOutEverywhere(requirePerson(actor), actor.id),
});

export const listMySignIns = operation({
  ...shared,
  id: "listMySignIns",
  method: "GET",
  path: "/api/me/sign-ins",
  summary: "One's last ten sign-ins",
  permission: "me.read",
  answer: z.object({ items: z.array(z.object({ at: timeAnswer, ip: z.string().nullable() })) }),
  async run({ actor }) {
    const query = { actorId: requirePerson(actor).id, action: "session.create", limit: 10 };
    const { items } = await listAuditEntries(query);
    return { items: items.map(({ at, ip }) => ({ at, ip })) };
  },
});

export const startTotpOperation = operation({
  ...shared,
  id: "startTotp",
  method: "POST",
  path: "/api/me/totp",
  summary: "A secret for an authenticator app; it counts once a code of it is confirmed",
  stepUp: true,
  answer: z
    .object({
      secret: z.string().meta({ description: "base32; shown once" }),
      uri: z.string().meta({ description: "otpauth://…, what a QR code holds" }),
    })
    .meta({ id: "TotpSecret" }),
  run: ({ actor }) => startTotp(requirePerson(actor)),
});

export const confirmTotpOperation = operation({
  ...shared,
  id: "confirmTotp",
  method: "POST",
  path: "/api/me/totp/confirm",
  summary: "Turn the second factor on with a first code; answers the recovery codes, once",
  stepUp: true,
  body: z.strictObject({ code }),
  answer: recoveryCodes,
  run: async ({ actor, body, request }) => ({
    recoveryCodes: await confirmTotp(requirePerson(actor), body.code, mailBase(request, actor)),
  }),
});

export const makeRecoveryCodesOperation = operation({
  ...shared,
  id: "makeRecoveryCodes",
  method: "POST",
  path: "/api/me/totp/recovery-codes",
  summary: "New recovery codes; the older ones end",
  stepUp: true,
  answer: recoveryCodes,
  run: async ({ actor, request }) => ({
    recoveryCodes: await makeRecoveryCodes(requirePerson(actor), mailBase(request, actor)),
  }),
});

export const disableTotpOperation = operation({
  ...shared,
  id: "disableTotp",
  method: "DELETE",
  path: "/api/me/totp",
  summary: "Turn one's second factor off, unless a setting requires it: 409",
  stepUp: true,
  answer: z.void(),
  status: 204,
  async run({ actor, request }) {
    if (await requiresTotp(requirePerson(actor).role)) {
      throw new AppError({
        code: "totp_required",
        status: 409,
        message: "The setting security.requireTotp keeps it on.",
      });
    }
    await disableTotp(actor, actor.id, mailBase(request, actor));
  },
});
