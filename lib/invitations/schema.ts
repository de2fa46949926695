import { z } from "zod";
import { memberRoles } from "#lib/auth/can";
import { idInput, nameInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { emailInput, newPassword, personName } from "#lib/users/schema";

const consoleRoles = ["owner", "operator", "support"] as const;
export const invitationStates = ["open", "accepted", "revoked", "expired"] as const;

/** Somebody was asked by mail to join: the console as `role`, or an account as `memberRole`. */
export const invitationAnswer = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(consoleRoles).nullable(),
    accountId: z.string().nullable(),
    accountName: z.string().nullable(),
    memberRole: z.enum(memberRoles).nullable(),
    state: z.enum(invitationStates),
    expiresAt: timeAnswer.meta({ description: "until when the link of the newest mail works" }),
    createdAt: timeAnswer,
  })
  .meta({ id: "Invitation" });

export const createInvitationBody = z
  .strictObject({
    email: emailInput,
    role: z.enum(consoleRoles).optional().meta({ description: "makes a person of the console; owners only" }),
    accountId: idInput.optional().meta({ description: "makes a member of this account" }),
    memberRole: z.enum(memberRoles).optional().meta({ description: "with accountId; default member" }),
  })
  .refine(({ role, accountId }) => (role === undefined) !== (accountId === undefined), {
    path: ["role"],
    error: "either a role or an account is expected",
  })
  .refine(({ accountId, memberRole }) => accountId !== undefined || memberRole === undefined, {
    path: ["memberRole"],
    error: "only together with accountId",
  });

export const listInvitationsQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  state: z.enum(invitationStates).optional(),
});

export const invitationPage = pageAnswer(invitationAnswer);

const linkToken = z.string().max(256);
export const invitationTokenQuery = z.strictObject({ token: linkToken });

/** What the page behind the mail's link shows. */
export const openInvitationAnswer = z
  .object({
    email: z.string(),
    accountName: z.string().nullable(),
    isRegistration: z.boolean().meta({ description: "asked for by themselves: they open an account" }),
    isKnown: z.boolean().meta({ description: "the address has a sign-in: no password is asked for" }),
  })
  .meta({ id: "OpenInvitation" });

export const acceptInvitationBody = z.strictObject({
  token: linkToken,
  name: personName.optional(),
  password: newPassword.optional().meta({ description: "of a new person; who has a sign-in keeps theirs" }),
  accountName: nameInput.optional().meta({ description: "of the account that a registration opens" }),
});

export type Invitation = z.infer<typeof invitationAnswer>;
export type CreateInvitation = z.infer<typeof createInvitationBody>;
export type ListInvitations = z.infer<typeof listInvitationsQuery>;
export type OpenInvitation = z.infer<typeof openInvitationAnswer>;
export type AcceptInvitation = z.infer<typeof acceptInvitationBody>;
