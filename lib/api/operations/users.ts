import { z } from "zod";
import { accountsOfUser } from "#lib/accounts/member-schema";
import { listAccountsOfUser } from "#lib/accounts/member-store";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { disableTotp } from "#lib/auth/totp-service";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { listUsersQuery, type User, updateUserBody, userAnswer, userPage } from "#lib/users/schema";
import { deleteUser, getUser, signOutEverywhere, updateUser } from "#lib/users/service";
import { listUsers } from "#lib/users/store";

const tag = "People";

/** What a person edits; a sign-in must not make an edit stale. */
const edited = ({ email, name, role, status, locale }: User) => ({ email, name, role, status, locale });

export const listUsersOperation = operation({
  id: "listUsers",
  method: "GET",
  path: "/api/users",
  summary: "People who can sign in, newest first",
  tag,
  permission: "users.read",
  query: listUsersQuery,
  answer: userPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    const users = await listUsers(query, after);
    return toPage(
      users,
      query.limit,
      (user) => user,
      (user) => [user.id],
    );
  },
});

export const getUserOperation = operation({
  id: "getUser",
  method: "GET",
  path: "/api/users/{id}",
  summary: "One person",
  tag,
  permission: "users.read",
  params: idParams,
  answer: userAnswer,
  etag: edited,
  run: ({ params }) => getUser(params.id),
});

export const updateUserOperation = operation({
  id: "updateUser",
  method: "PATCH",
  path: "/api/users/{id}",
  summary: "Change a person; another role and disabling end their sessions. The last owner stays: 409",
  tag,
  permission: "users.write",
  params: idParams,
  body: updateUserBody,
  answer: userAnswer,
  etag: edited,
  stepUp: ({ body }) => body.role !== undefined || body.status !== undefined,
  current: ({ params }) => getUser(params.id),
  run: ({ actor, params, body }) => updateUser(actor, params.id, body),
});

export const listAccountsOfUserOperation = operation({
  id: "listAccountsOfUser",
  method: "GET",
  path: "/api/users/{id}/accounts",
  summary: "The accounts that a person belongs to",
  tag,
  permission: "users.read",
  params: idParams,
  answer: accountsOfUser,
  run: async ({ params }) => ({ items: await listAccountsOfUser(params.id) }),
});

export const deleteUserOperation = operation({
  id: "deleteUser",
  method: "DELETE",
  path: "/api/users/{id}",
  summary: "Delete a person; what they did keeps their name. The last owner stays: 409",
  tag,
  permission: "users.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor, params }) => deleteUser(actor, params.id),
});

export const endUserSessionsOperation = operation({
  id: "endUserSessions",
  method: "POST",
  path: "/api/users/{id}/sign-out-everywhere",
  summary: "End every session of a person",
  tag,
  permission: "users.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => signOutEverywhere(actor, params.id),
});

export const deleteUserTotpOperation = operation({
  id: "deleteUserTotp",
  method: "DELETE",
  path: "/api/users/{id}/totp",
  summary: "Turn a person's second factor off, when they have lost it",
  tag,
  permission: "users.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor, params, request }) => disableTotp(actor, params.id, mailBase(request, actor)),
});
