import { z } from "zod";
import { isPlainText, lineInput, noteInput, timeZoneInput } from "#lib/core/shapes";

/**
 * tell: nothing but mails; cap: from `atScore` on the key may spend `capTimes` of its usual day a day; suspend: from
 * `atScore` on the key is disabled. `cutStreams`: whether what takes a key away also ends its running streams.
 */
export const incidentPolicy = z.strictObject({
  mode: z.enum(["tell", "cap", "suspend"]),
  atScore: z.number().int().min(1, "at least 1").max(100, "at most 100").default(80),
  capTimes: z.number().int().min(1, "at least 1").max(1_000, "at most 1,000").default(5),
  cutStreams: z.boolean().default(true),
});
export type IncidentPolicy = z.infer<typeof incidentPolicy>;

/** A key by which a partner signs: the identifier that its requests name, and the key itself. */
export const scanningKey = z.strictObject({
  id: lineInput(200).min(1),
  key: z
    .string()
    .trim()
    .max(2_000)
    .regex(/^-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----$/, "a public key in PEM is expected"),
});

/** Every setting: its shape and what it is until someone changes it. */
export const settingShapes = {
  "site.name": z
    .string()
    .trim()
    .min(1, "a name is expected")
    .max(60, "at most 60 characters")
    .refine(isPlainText, "control characters are not allowed")
    .meta({ description: "What the console calls itself" }),
  "site.accent": z
    .string()
    .regex(/^#[0-9a-f]{6}$/, "a colour such as #0a6079 is expected")
    .nullable()
    .meta({ description: "Colour of buttons and links; darkened or lightened where it could not be read" }),
  "site.header": lineInput(200).meta({ description: "A line above every page" }),
  "site.footer": noteInput.meta({ description: "What stands below the pages that need no sign-in" }),
  "site.timeZone": timeZoneInput.meta({ description: "When the console's days begin" }),
  "site.currency": z.enum(["USD", "CNY"]).meta({
    description: "In which the console shows amounts, by the newest exchange rate; bills stay in USD",
  }),
  "channels.allowPrivateUpstreams": z
    .boolean()
    .meta({ description: "Whether channels may point at loopback and private addresses" }),
  "logs.retentionDays": z
    .number()
    .int()
    .min(0, "0 keeps them for ever")
    .max(3_650, "at most 3,650 days")
    .meta({ description: "For how many days request log rows are kept, once sealed; 0: for ever" }),
  "logs.rollupDays": z.number().int().min(0, "0 keeps them for ever").max(3_650, "at most 3,650 days").meta({
    description: "For how many days charts know minutes and hours; days they know for ever. 0: for ever",
  }),
  "logs.addressDays": z.number().int().min(0, "0 keeps them for ever").max(3_650, "at most 3,650 days").meta({
    description: "After how many days IP addresses and user agents are blanked in what is kept; 0: never",
  }),
  "routing.latencyAware": z
    .boolean()
    .meta({ description: "Whether channels of one priority that answer sooner get more calls" }),
  "routing.costAware": z
    .boolean()
    .meta({ description: "Whether channels of one priority that cost less get more calls" }),
  "routing.sticky": z.boolean().meta({
    description: "Whether calls with the same prompt_cache_key stay with one channel of a priority",
  }),
  "billing.cutStreams": z
    .enum(["delivered", "nothing"])
    .meta({ description: "What a stream costs that its upstream cut: what was delivered, or nothing" }),
  "balance.low": z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, "an amount such as 12.5 is expected")
    .meta({ description: "Below how many USD an account is told that its balance is low; 0: never" }),
  "balance.lowDays": z.number().int().min(0, "0: never").max(365, "at most 365 days").meta({
    description: "For fewer than how many days' money an account is told that its balance is low; 0: never",
  }),
  "statements.mail": z
    .boolean()
    .meta({ description: "Whether accounts are mailed their monthly statements, unless they say otherwise" }),
  "security.requireTotp": z
    .boolean()
    .meta({ description: "Whether owners and operators must have a second factor" }),
  "limits.mailNear": z
    .boolean()
    .meta({ description: "Whether accounts are written to when they use 80 % of a limit" }),
  "mail.resendInDoubt": z.boolean().meta({
    description: "Whether a mail in doubt is sent again by itself, under its Message-ID: some may come twice",
  }),
  "incidents.policy": incidentPolicy.meta({
    description:
      "What Tollgate does by itself with an incident, where an account or a key has no policy of its own",
  }),
  "incidents.mailOperators": z.boolean().meta({
    description: "Whether owners and operators are written to about incidents, beside the customer",
  }),
  "recharges.expireHours": z
    .number()
    .int()
    .min(1, "at least an hour")
    .max(720, "at most 720 hours")
    .meta({ description: "After how many hours a recharge that nobody has paid ends by itself" }),
  "recharges.rateDays": z.number().int().min(0, "0: on its own day alone").max(365, "at most 365 days").meta({
    description: "For how many days after its date an exchange rate is credited at; 0: on its own day alone",
  }),
  "scanning.disable": z.boolean().meta({
    description: "Whether a key whose secret a scanning partner has found in public is disabled at once",
  }),
  "scanning.publicKeys": z
    .array(scanningKey)
    .max(20, "at most 20 keys")
    .meta({ description: "Public keys (P-256, PEM) whose holders may report secrets" }),
  "scanning.keysUrl": z
    .union([z.literal(""), z.url({ protocol: /^https$/, error: "an https address is expected" }).max(500)])
    .meta({
      description:
        "Where a partner publishes its keys, in the form of GitHub's /meta/public_keys/secret_scanning",
    }),
  "subscribers.unconfirmedDays": z
    .number()
    .int()
    .min(1, "at least a day")
    .max(90, "at most 90 days")
    .meta({ description: "After how many days a subscription that nobody confirmed is forgotten" }),
  "incidents.learning": z
    .strictObject({
      minRequests: z.number().int().min(1, "at least 1").max(1_000_000, "at most 1,000,000"),
      minHours: z.number().int().min(0, "0 or more").max(720, "at most 720 hours"),
    })
    .meta({ description: "How many requests, and hours, a new key is only learnt from before it is judged" }),
  "incidents.threshold": z.number().int().min(1, "at least 1").max(100, "at most 100").meta({
    description: "From which score on unusual use of a key opens an incident; accounts may have their own",
  }),
  "signIn.registration": z
    .boolean()
    .meta({ description: "Whether anybody may register as a customer, with an address that they prove" }),
  "signIn.mailUnfamiliar": z.boolean().meta({
    description: "Whether people are told by mail of a sign-in from a network or browser new to them",
  }),
};

export const settingDefaults = {
  "site.name": "Tollgate",
  "site.accent": null,
  "site.header": "",
  "site.footer": "",
  "site.timeZone": "UTC",
  "site.currency": "USD",
  "channels.allowPrivateUpstreams": true,
  "logs.retentionDays": 90,
  "logs.rollupDays": 400,
  "logs.addressDays": 90,
  "routing.latencyAware": false,
  "routing.costAware": false,
  "routing.sticky": true,
  "billing.cutStreams": "delivered",
  "balance.low": "10",
  "balance.lowDays": 3,
  "statements.mail": false,
  "security.requireTotp": false,
  "limits.mailNear": false,
  "mail.resendInDoubt": false,
  "incidents.policy": { mode: "tell", atScore: 80, capTimes: 5, cutStreams: true },
  "incidents.mailOperators": false,
  "recharges.expireHours": 24,
  "recharges.rateDays": 7,
  "scanning.disable": true,
  "scanning.publicKeys": [] as { id: string; key: string }[],
  "scanning.keysUrl": "",
  "subscribers.unconfirmedDays": 7,
  "incidents.learning": { minRequests: 100, minHours: 24 },
  "incidents.threshold": 42,
  "signIn.registration": false,
  "signIn.mailUnfamiliar": true,
} as const satisfies Settings;

export const settingsAnswer = z.object(settingShapes).meta({ id: "Settings" });

export const updateSettingsBody = z.strictObject({
  "site.name": settingShapes["site.name"].optional(),
  "site.accent": settingShapes["site.accent"].optional(),
  "site.header": settingShapes["site.header"].optional(),
  "site.footer": settingShapes["site.footer"].optional(),
  "site.timeZone": settingShapes["site.timeZone"].optional(),
  "site.currency": settingShapes["site.currency"].optional(),
  "channels.allowPrivateUpstreams": settingShapes["channels.allowPrivateUpstreams"].optional(),
  "logs.retentionDays": settingShapes["logs.retentionDays"].optional(),
  "logs.rollupDays": settingShapes["logs.rollupDays"].optional(),
  "logs.addressDays": settingShapes["logs.addressDays"].optional(),
  "routing.latencyAware": settingShapes["routing.latencyAware"].optional(),
  "routing.costAware": settingShapes["routing.costAware"].optional(),
  "routing.sticky": settingShapes["routing.sticky"].optional(),
  "billing.cutStreams": settingShapes["billing.cutStreams"].optional(),
  "balance.low": settingShapes["balance.low"].optional(),
  "balance.lowDays": settingShapes["balance.lowDays"].optional(),
  "statements.mail": settingShapes["statements.mail"].optional(),
  "security.requireTotp": settingShapes["security.requireTotp"].optional(),
  "limits.mailNear": settingShapes["limits.mailNear"].optional(),
  "mail.resendInDoubt": settingShapes["mail.resendInDoubt"].optional(),
  "incidents.policy": settingShapes["incidents.policy"].optional(),
  "incidents.mailOperators": settingShapes["incidents.mailOperators"].optional(),
  "recharges.expireHours": settingShapes["recharges.expireHours"].optional(),
  "recharges.rateDays": settingShapes["recharges.rateDays"].optional(),
  "scanning.disable": settingShapes["scanning.disable"].optional(),
  "scanning.publicKeys": settingShapes["scanning.publicKeys"].optional(),
  "scanning.keysUrl": settingShapes["scanning.keysUrl"].optional(),
  "subscribers.unconfirmedDays": settingShapes["subscribers.unconfirmedDays"].optional(),
  "incidents.learning": settingShapes["incidents.learning"].optional(),
  "incidents.threshold": settingShapes["incidents.threshold"].optional(),
  "signIn.registration": settingShapes["signIn.registration"].optional(),
  "signIn.mailUnfamiliar": settingShapes["signIn.mailUnfamiliar"].optional(),
});

export type SettingKey = keyof typeof settingShapes;
export type Settings = z.infer<typeof settingsAnswer>;
export type UpdateSettings = z.infer<typeof updateSettingsBody>;

/** Settings from stored rows; what is missing or no longer fits is the default. */
export function settingsFromRows(rows: readonly { key: string; value: unknown }[]): Settings {
  const stored = new Map(rows.map((row) => [row.key, row.value]));
  const entries = Object.entries(settingShapes).map(([key, shape]) => {
    const read = shape.safeParse(stored.get(key));
    return [key, read.success ? read.data : settingDefaults[key as SettingKey]];
  });
  return Object.fromEntries(entries) as Settings;
}
