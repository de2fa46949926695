import type { Settings, UpdateSettings } from "#lib/settings/schema";

/** The settings that the form holds, by the names of its inputs. An input's name has no dot: those mean nesting. */
export const formNames = {
  name: "site.name",
  accent: "site.accent",
  header: "site.header",
  footer: "site.footer",
  timeZone: "site.timeZone",
  currency: "site.currency",
  allowPrivate: "channels.allowPrivateUpstreams",
  cutStreams: "billing.cutStreams",
  sticky: "routing.sticky",
  latencyAware: "routing.latencyAware",
  costAware: "routing.costAware",
  retentionDays: "logs.retentionDays",
  rollupDays: "logs.rollupDays",
  addressDays: "logs.addressDays",
  requireTotp: "security.requireTotp",
  mailNear: "limits.mailNear",
  resendInDoubt: "mail.resendInDoubt",
  expireHours: "recharges.expireHours",
  rateDays: "recharges.rateDays",
  lowBalance: "balance.low",
  lowBalanceDays: "balance.lowDays",
  mailsStatements: "statements.mail",
  unconfirmedDays: "subscribers.unconfirmedDays",
  registration: "signIn.registration",
  mailUnfamiliar: "signIn.mailUnfamiliar",
} as const satisfies Record<string, keyof Settings>;

type Names = typeof formNames;
export type FormSettings = { [Input in keyof Names]: Settings[Names[Input]] };

/** Inputs of stored settings; no accent is an empty text. */
export function formOfSettings(settings: Settings): FormSettings {
  const entries = Object.entries(formNames).map(([input, setting]) => [input, settings[setting] ?? ""]);
  return Object.fromEntries(entries) as FormSettings;
}

/** What a PATCH has to say: the inputs that differ from what is stored. */
export function changedSettings(saved: FormSettings, now: FormSettings): UpdateSettings {
  const entries = Object.entries(formNames).flatMap(([input, setting]) => {
    const name = input as keyof Names;
    if (saved[name] === now[name]) return [];
    return [[setting, now[name] === "" && name === "accent" ? null : now[name]]];
  });
  return Object.fromEntries(entries) as UpdateSettings;
}
