import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { requirePerson } from "#lib/api/person";
import { issueCookie, sessionSecret } from "#lib/auth/live";
import { forgiveFailures, noteSignIn } from "#lib/auth/service";
import { readCookie, usesSecureCookies } from "#lib/auth/session";
import { openTicket, sealTicket, ticketCookie, ticketName } from "#lib/auth/tickets";
import { checkSecondFactor } from "#lib/auth/totp-service";
import { AppError, notFound } from "#lib/core/errors";
import { idParams } from "#lib/core/shapes";
import { config } from "#lib/runtime/config";
import { identityList, providerIds } from "#lib/sign-in/schema";
import { getIdentities, openProvider, unlink } from "#lib/sign-in/service";
import { findUserById } from "#lib/users/store";

const tag = "Session";
const isSecure = () => usesSecureCookies(config().publicUrl);

export const listIdentities = operation({
  id: "listIdentities",
  method: "GET",
  path: "/api/me/identities",
  summary: "With what else one signs in: the providers' sign-ins that lead to one",
  tag,
  permission: "me.read",
  answer: identityList,
  run: async ({ actor }) => ({ items: await getIdentities(requirePerson(actor).id) }),
});

export const startLink = operation({
  id: "startLink",
  method: "POST",
  path: "/api/me/identities",
  summary:
    "Begin to link a provider; within ten minutes POST /api/auth/signin/{provider} of this browser links it",
  tag,
  permission: "me.write",
  body: z.strictObject({ provider: z.enum(providerIds) }),
  answer: z.void(),
  status: 204,
  stepUp: true,
  async run({ actor, body: { provider }, answerHeaders }) {
    const user = await findUserById(requirePerson(actor).id);
    if (user === undefined || (await openProvider(provider)) === undefined)
      throw notFound("sign-in provider");
    const ticket = { userId: user.id, sessionVersion: user.sessionVersion, provider };
    const value = await sealTicket("link", ticket, sessionSecret());
    answerHeaders.append("set-cookie", ticketCookie("link", value, isSecure()));
  },
});

export const deleteIdentity = operation({
  id: "deleteIdentity",
  method: "DELETE",
  path: "/api/me/identities/{id}",
  summary: "Unlink one; the last way in of somebody without a password stays: 409",
  tag,
  permission: "me.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor, params, request }) => unlink(requirePerson(actor), params.id, mailBase(request, actor)),
});

export const enterSignInCode = operation({
  id: "enterSignInCode",
  method: "POST",
  path: "/api/auth/code",
  summary: "The second factor's code of somebody for whom a provider has vouched; then they are signed in",
  tag,
  permission: "public",
  body: z.strictObject({ code: z.string().max(64) }),
  answer: z.void(),
  status: 204,
  async run({ actor, body, request, answerHeaders }) {
    const value = readCookie(request.headers.get("cookie"), ticketName("code"));
    const ticket = await openTicket("code", value, sessionSecret());
    const user = ticket && (await findUserById(ticket.userId));
    if (user?.isActive !== true || user.sessionVersion !== ticket?.sessionVersion) throw startAgain();
    await checkSecondFactor(user, body.code);
    await forgiveFailures(user.email, actor.ip);
    await noteSignIn(user, { ip: actor.ip, userAgent: request.headers.get("user-agent") }, ticket.provider);
    answerHeaders.append("set-cookie", ticketCookie("code", "", isSecure()));
    answerHeaders.append("set-cookie", await issueCookie(user, 0));
  },
});

export const leaveSignInCode = operation({
  id: "leaveSignInCode",
  method: "DELETE",
  path: "/api/auth/code",
  summary: "Sign in otherwise instead of with a code",
  tag,
  permission: "public",
  answer: z.void(),
  status: 204,
  async run({ answerHeaders }) {
    answerHeaders.append("set-cookie", ticketCookie("code", "", isSecure()));
  },
});

function startAgain(): AppError {
  return new AppError({
    code: "invalid_credentials",
    status: 401,
    message: "This took too long. Sign in again.",
  });
}
