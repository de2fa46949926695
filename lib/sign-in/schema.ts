import { z } from "zod";
import { isPlainText, lineInput, nameInput, timeAnswer } from "#lib/core/shapes";

/** Whose sign-ins are taken: GitHub's, Google's, and one of any OpenID Connect provider. */
export const providerIds = ["github", "google", "oidc"] as const;
export type ProviderId = (typeof providerIds)[number];

/** Where each is unless something else is entered; Google is nowhere else. */
export const defaultIssuers: Readonly<Record<ProviderId, string>> = {
  github: "https://github.com",
  google: "https://accounts.google.com",
  oidc: "",
};

export const providerAnswer = z
  .object({
    id: z.enum(providerIds),
    name: z.string().meta({ description: "what the button of the sign-in page says" }),
    issuer: z.string().meta({ description: "GitHub: its own address, or an Enterprise server's" }),
    clientId: z.string(),
    enabled: z.boolean(),
    callbackUrl: z
      .string()
      .meta({ description: "what is entered at the provider as the address to return to" }),
    updatedAt: timeAnswer,
  })
  .meta({ id: "SignInProvider" });

export const providerList = z.object({ items: z.array(providerAnswer) });

export const putProviderBody = z.strictObject({
  name: nameInput.optional().meta({ description: "default: GitHub, Google, or the host's name" }),
  issuer: lineInput(300).optional().meta({ description: "required for oidc; google has no other" }),
  clientId: lineInput(300).min(1, "required"),
  clientSecret: z
    .string()
    .trim()
    .min(1, "leave it out to keep the one that stands")
    .max(1_000)
    .refine(isPlainText, "control characters are not allowed")
    .optional()
    .meta({ description: "left out: the one that stands is kept; it never comes back" }),
  enabled: z.boolean().default(true),
});

export const providerParams = z.object({ id: z.enum(providerIds) });

/** A sign-in at a provider that leads to a person here. */
export const identityAnswer = z
  .object({
    id: z.string(),
    provider: z.enum(providerIds),
    providerName: z.string(),
    email: z.string().nullable(),
    lastUsedAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "Identity" });

export const identityList = z.object({ items: z.array(identityAnswer) });

export type Provider = z.infer<typeof providerAnswer>;
export type PutProvider = z.infer<typeof putProviderBody>;
export type Identity = z.infer<typeof identityAnswer>;
