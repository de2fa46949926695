import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { sessionSecret } from "#lib/auth/live";
import { readReset, requestPasswordReset, resetPassword } from "#lib/auth/password-service";
import { readCookie } from "#lib/auth/session";
import { openTicket, ticketName } from "#lib/auth/tickets";
import { requestRegistration } from "#lib/invitations/service";
import { readSettings } from "#lib/settings/store";
import { providerIds } from "#lib/sign-in/schema";
import { enabledProviders } from "#lib/sign-in/service";
import { emailInput, locales, newPassword } from "#lib/users/schema";

const shared = { tag: "Session", permission: "public" } as const;
const linkToken = z.string().max(256);
const addressBody = z.strictObject({
  email: emailInput,
  locale: z.enum(locales).default("en").meta({ description: "of the mail, unless the person has one" }),
});

export const getSignInOptions = operation({
  ...shared,
  id: "getSignInOptions",
  method: "GET",
  path: "/api/auth/options",
  summary: "What the sign-in page offers",
  answer: z
    .object({
      siteName: z.string(),
      registration: z.boolean(),
      providers: z.array(z.object({ id: z.enum(providerIds), name: z.string() })),
      awaitsCode: z.boolean().meta({
        description: "a provider has vouched for somebody whose code is still to come: POST /api/auth/code",
      }),
    })
    .meta({ id: "SignInOptions" }),
  async run({ request }) {
    const settings = await readSettings();
    const value = readCookie(request.headers.get("cookie"), ticketName("code"));
    return {
      siteName: settings["site.name"],
      registration: settings["signIn.registration"],
      providers: await enabledProviders(),
      awaitsCode: (await openTicket("code", value, sessionSecret())) !== undefined,
    };
  },
});

export const forgotPassword = operation({
  ...shared,
  id: "forgotPassword",
  method: "POST",
  path: "/api/auth/forgot-password",
  summary: "Mail a link that sets a new password; the answer is the same for unknown addresses",
  body: addressBody,
  answer: z.void(),
  status: 204,
  run: ({ actor, body, request }) =>
    requestPasswordReset({ ...body, ip: actor.ip, base: mailBase(request, actor) }),
});

export const readPasswordReset = operation({
  ...shared,
  id: "readPasswordReset",
  method: "GET",
  path: "/api/auth/reset-password",
  summary: "Whose password the link of a mail would set",
  query: z.strictObject({ token: linkToken }),
  answer: z.object({ email: z.string() }),
  run: ({ query }) => readReset(query.token),
});

export const resetPasswordOperation = operation({
  ...shared,
  id: "resetPassword",
  method: "POST",
  path: "/api/auth/reset-password",
  summary: "Set a new password with the token of a mail's link, once; every session ends",
  body: z.strictObject({ token: linkToken, password: newPassword }),
  answer: z.void(),
  status: 204,
  run: ({ actor, body, request }) => resetPassword(body, actor.ip, mailBase(request, actor)),
});

export const register = operation({
  ...shared,
  id: "register",
  method: "POST",
  path: "/api/auth/register",
  summary: "Register as a customer, where a setting allows it: the link of a mail goes on",
  body: addressBody,
  answer: z.void(),
  status: 204,
  run: ({ actor, body, request }) =>
    requestRegistration({ ...body, ip: actor.ip, base: mailBase(request, actor) }),
});
