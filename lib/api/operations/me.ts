import { z } from "zod";
import { chosenAccount, membershipsOf } from "#lib/api/customer-scope";
import { operation } from "#lib/api/operation";
import { actions, memberRoles, permissionsOf, roles } from "#lib/auth/can";
import { issueCookie, requiresTotp } from "#lib/auth/live";
import { checkPassword, createFirstOwner, forgiveFailures, isFirstRunOpen } from "#lib/auth/service";
import { AppError } from "#lib/core/errors";
import { siteAnswer } from "#lib/site/schema";
import { readSite } from "#lib/site/store";
import { editedOfProfile, emailInput, newPassword, personName, userAnswer } from "#lib/users/schema";
import { findUserById, toUser } from "#lib/users/store";

export const getMe = operation({
  id: "getMe",
  method: "GET",
  path: "/api/me",
  summary: "Who is signed in, and what they may do",
  tag: "Session",
  permission: "me.read",
  answer: z
    .object({
      user: userAnswer.nullable().meta({ description: "null for a management token" }),
      role: z.enum(roles),
      permissions: z.array(z.enum(actions)),
      hasPassword: z.boolean().meta({ description: "false: signs in at a provider only" }),
      siteName: z.string(),
      mustEnrolTotp: z.boolean().meta({
        description: "a setting requires a second factor, and there is none yet: nothing else works",
      }),
      accounts: z
        .array(z.object({ accountId: z.string(), name: z.string(), role: z.enum(memberRoles) }))
        .meta({ description: "the accounts that one is a member of" }),
      accountId: z
        .string()
        .nullable()
        .meta({ description: "the one that the session looks at: cookie tollgate-account, else the oldest" }),
      site: siteAnswer,
    })
    .meta({ id: "Me" }),
  // Of what PATCH changes.
  etag: ({ user }) => user && editedOfProfile(user),
  async run({ actor, request }) {
    const user = actor.type === "user" ? await findUserById(actor.id) : undefined;
    const site = await readSite(new Date().toISOString().slice(0, 10));
    const accounts = await membershipsOf(actor);
    const chosen = chosenAccount(request, accounts);
    return {
      user: user ? toUser(user) : null,
      role: actor.role,
      permissions: permissionsOf(actor.role, chosen?.role),
      hasPassword: user !== undefined && user.passwordHash !== "",
      siteName: site.name,
      site,
      mustEnrolTotp: user !== undefined && user.totpEnabledAt === null && (await requiresTotp(user.role)),
      accounts,
      accountId: chosen?.accountId ?? null,
    };
  },
});

export const reauthenticate = operation({
  id: "reauthenticate",
  method: "POST",
  path: "/api/auth/reauthenticate",
  summary: "Enter one's password again, for what asks for it",
  tag: "Session",
  permission: "me.write",
  body: z.strictObject({ password: z.string().max(1024) }),
  answer: z.void(),
  status: 204,
  async run({ actor, body, answerHeaders }) {
    const person = actor.type === "user" ? await findUserById(actor.id) : undefined;
    if (person === undefined) {
      throw new AppError({ code: "forbidden", status: 403, message: "A token has no password." });
    }
    const user = await checkPassword(person.email, body.password, actor.ip);
    if (user === undefined) {
      throw new AppError({
        code: "wrong_password",
        status: 403,
        message: "This is not your password.",
        fields: { password: "wrong password" },
      });
    }
    await forgiveFailures(person.email, actor.ip);
    answerHeaders.delete("set-cookie");
    answerHeaders.append("set-cookie", await issueCookie(user, Date.now()));
  },
});

const linkToken = z.string().max(256);

export const getFirstRun = operation({
  id: "getFirstRun",
  method: "GET",
  path: "/api/first-run",
  summary: "Whether a first-run link still works",
  tag: "Session",
  permission: "public",
  query: z.strictObject({ token: linkToken.optional() }),
  answer: z.object({ open: z.boolean() }),
  run: async ({ query }) => ({ open: await isFirstRunOpen(query.token ?? "") }),
});

export const postFirstRun = operation({
  id: "createFirstOwner",
  method: "POST",
  path: "/api/first-run",
  summary: "Create the first owner through the one-time link",
  tag: "Session",
  permission: "public",
  body: z.strictObject({
    token: linkToken,
    email: emailInput,
    name: personName.optional(),
    password: newPassword,
  }),
  answer: userAnswer,
  status: 201,
  run: async ({ body }) => toUser(await createFirstOwner({ ...body, name: body.name ?? "" })),
});
