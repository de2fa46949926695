import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import {
  type Provider,
  providerAnswer,
  providerList,
  providerParams,
  putProviderBody,
} from "#lib/sign-in/schema";
import { deleteProvider, getProvider, getProviders, putProvider } from "#lib/sign-in/service";

const tag = "Settings";

/** What a person edits, and when; where the provider sends people back to follows from who asks. */
const edited = ({ callbackUrl: _, ...provider }: Provider) => provider;

export const listSignInProviders = operation({
  id: "listSignInProviders",
  method: "GET",
  path: "/api/sign-in-providers",
  summary: "With whose sign-ins people may come in: GitHub, Google, OpenID Connect",
  tag,
  permission: "settings.read",
  answer: providerList,
  run: async ({ actor, request }) => ({ items: await getProviders(mailBase(request, actor)) }),
});

export const getSignInProvider = operation({
  id: "getSignInProvider",
  method: "GET",
  path: "/api/sign-in-providers/{id}",
  summary: "One sign-in provider",
  tag,
  permission: "settings.read",
  params: providerParams,
  answer: providerAnswer,
  etag: edited,
  run: ({ actor, params, request }) => getProvider(params.id, mailBase(request, actor)),
});

export const putSignInProvider = operation({
  id: "putSignInProvider",
  method: "PUT",
  path: "/api/sign-in-providers/{id}",
  summary: "Enter a sign-in provider, or change it; its secret is kept sealed and never comes back",
  tag,
  permission: "settings.write",
  params: providerParams,
  body: putProviderBody,
  answer: providerAnswer,
  etag: edited,
  stepUp: true,
  current: ({ actor, params, request }) => getProvider(params.id, mailBase(request, actor)),
  run: ({ actor, params, body, request }) => putProvider(actor, params.id, body, mailBase(request, actor)),
});

export const deleteSignInProvider = operation({
  id: "deleteSignInProvider",
  method: "DELETE",
  path: "/api/sign-in-providers/{id}",
  summary: "Forget a sign-in provider; nobody comes in that way any more",
  tag,
  permission: "settings.write",
  params: providerParams,
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor, params }) => deleteProvider(actor, params.id),
});
