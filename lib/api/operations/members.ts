import { z } from "zod";
import {
  inviteMemberBody,
  listMembersQuery,
  memberPage,
  memberParams,
  updateMemberBody,
} from "#lib/accounts/member-schema";
import { removeMember, updateMember } from "#lib/accounts/member-service";
import { listMembers } from "#lib/accounts/member-store";
import { getAccount } from "#lib/accounts/service";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { idParams } from "#lib/core/shapes";
import { invitationAnswer } from "#lib/invitations/schema";
import { createInvitation } from "#lib/invitations/service";

const tag = "Accounts";

export const listMembersOperation = operation({
  id: "listMembers",
  method: "GET",
  path: "/api/accounts/{id}/members",
  summary: "People who belong to an account",
  tag,
  permission: "members.read",
  customers: { account: "path" },
  params: idParams,
  query: listMembersQuery,
  answer: memberPage,
  async run({ params, query }) {
    const account = await getAccount(params.id);
    return listMembers(account.id, query);
  },
});

export const inviteMemberOperation = operation({
  id: "inviteMember",
  method: "POST",
  path: "/api/accounts/{id}/members",
  summary: "Invite someone by mail to an account; they are a member once they have accepted",
  tag,
  permission: "members.write",
  customers: { account: "path" },
  params: idParams,
  body: inviteMemberBody,
  answer: invitationAnswer,
  status: 201,
  idempotent: true,
  async run({ actor, params, body, request }) {
    const account = await getAccount(params.id);
    const asked = { email: body.email, accountId: account.id, memberRole: body.role };
    return createInvitation(actor, asked, mailBase(request, actor));
  },
});

export const updateMemberOperation = operation({
  id: "updateMember",
  method: "PATCH",
  path: "/api/accounts/{id}/members/{userId}",
  summary: "Change what a member may; customers keep at least one admin: 409",
  tag,
  permission: "members.write",
  customers: { account: "path" },
  params: memberParams,
  body: updateMemberBody,
  answer: z.void(),
  status: 204,
  run: ({ actor, params, body }) =>
    updateMember(actor, { accountId: params.id, userId: params.userId }, body.role),
});

export const removeMemberOperation = operation({
  id: "removeMember",
  method: "DELETE",
  path: "/api/accounts/{id}/members/{userId}",
  summary: "Take someone out of an account, at once; customers keep at least one admin: 409",
  tag,
  permission: "members.write",
  customers: { account: "path" },
  params: memberParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => removeMember(actor, { accountId: params.id, userId: params.userId }),
});
