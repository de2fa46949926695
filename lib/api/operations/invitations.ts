import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { idParams } from "#lib/core/shapes";
import {
  acceptInvitationBody,
  createInvitationBody,
  invitationAnswer,
  invitationPage,
  invitationTokenQuery,
  listInvitationsQuery,
  openInvitationAnswer,
} from "#lib/invitations/schema";
import {
  acceptInvitation,
  createInvitation,
  deleteInvitation,
  getInvitation,
  readInvitation,
  resendInvitation,
} from "#lib/invitations/service";
import { listInvitations } from "#lib/invitations/store";
import { userAnswer } from "#lib/users/schema";
import { toUser } from "#lib/users/store";

const tag = "People";

/** Of which account an invitation is; those to the console are of none. */
async function accountOfInvitation({ params }: { params: { id: string } }): Promise<string> {
  return (await getInvitation(params.id)).accountId ?? "";
}

export const listInvitationsOperation = operation({
  id: "listInvitations",
  method: "GET",
  path: "/api/invitations",
  summary: "Invitations to the console and to accounts, newest first",
  tag,
  permission: "members.read",
  customers: { account: "query" },
  query: listInvitationsQuery,
  answer: invitationPage,
  run: ({ query }) => listInvitations(query, new Date()),
});

export const createInvitationOperation = operation({
  id: "createInvitation",
  method: "POST",
  path: "/api/invitations",
  summary: "Invite an address by mail: to the console with a role (owners only), or to an account",
  tag,
  permission: "members.write",
  customers: { account: "body" },
  body: createInvitationBody,
  answer: invitationAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body, request }) => createInvitation(actor, body, mailBase(request, actor)),
});

export const resendInvitationOperation = operation({
  id: "resendInvitation",
  method: "POST",
  path: "/api/invitations/{id}/resend",
  summary: "Send the mail again; the link of the older mail ends",
  tag,
  permission: "members.write",
  customers: { account: accountOfInvitation },
  params: idParams,
  answer: invitationAnswer,
  run: ({ actor, params, request }) => resendInvitation(actor, params.id, mailBase(request, actor)),
});

export const deleteInvitationOperation = operation({
  id: "deleteInvitation",
  method: "DELETE",
  path: "/api/invitations/{id}",
  summary: "Take an invitation back; its link ends at once",
  tag,
  permission: "members.write",
  customers: { account: accountOfInvitation },
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => deleteInvitation(actor, params.id),
});

export const readInvitationOperation = operation({
  id: "readInvitation",
  method: "GET",
  path: "/api/invitations/accept",
  summary: "What the link of an invitation leads to",
  tag,
  permission: "public",
  query: invitationTokenQuery,
  answer: openInvitationAnswer,
  run: ({ query }) => readInvitation(query.token),
});

export const acceptInvitationOperation = operation({
  id: "acceptInvitation",
  method: "POST",
  path: "/api/invitations/accept",
  summary: "Accept an invitation with the token of its link, once",
  tag,
  permission: "public",
  body: acceptInvitationBody,
  answer: userAnswer,
  status: 201,
  run: async ({ actor, body }) => toUser(await acceptInvitation(body, actor.ip)),
});
