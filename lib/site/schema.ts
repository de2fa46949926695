import { z } from "zod";
import { timeAnswer } from "#lib/core/shapes";

/** How the gateway presents itself: to everybody, before anyone has signed in. */
export const siteAnswer = z
  .object({
    name: z.string(),
    logo: z.string().nullable().meta({ description: "address of the logo; null: none was given" }),
    accent: z.string().nullable().meta({ description: "#rrggbb" }),
    header: z.string(),
    footer: z.string(),
    timeZone: z.string(),
    currency: z
      .object({ code: z.string(), usdPerUnit: z.string(), date: z.string() })
      .nullable()
      .meta({ description: "in which amounts are shown, by the newest rate; null: USD" }),
  })
  .meta({ id: "Site" });

/** A PNG as base64, or none. */
export const siteLogoBody = z.strictObject({
  image: z
    .string()
    .max(700_000, "at most 512 KiB")
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, "a PNG as base64 is expected")
    .nullable(),
});

export const siteLogoAnswer = z.object({ logo: z.string().nullable() }).meta({ id: "SiteLogo" });

export const sitePasswordBody = z.strictObject({
  password: z
    .string()
    .min(8, "at least 8 characters")
    .max(256, "at most 256 characters")
    .nullable()
    .meta({ description: "null takes it away" }),
});

export const sitePasswordAnswer = z
  .object({ isSet: z.boolean(), changedAt: timeAnswer.nullable() })
  .meta({ id: "SitePassword" });

export const siteEntryBody = z.strictObject({ password: z.string().max(1024) });

export type Site = z.infer<typeof siteAnswer>;
export type SiteLogo = z.infer<typeof siteLogoAnswer>;
export type SitePassword = z.infer<typeof sitePasswordAnswer>;
