/** What can be wrong. A new kind needs its words in messages under `alerts.kinds`, and a line in `rules`. */
export const alertKinds = [
  "ledger_difference",
  "dead_letter",
  "orphaned_lease",
  "clock_skew",
  "part_down",
  "limit_near",
  "limit_engine_away",
  "model_unpriced",
  "order_stuck",
] as const;
export type AlertKind = (typeof alertKinds)[number];

export const severities = ["error", "warning"] as const;
export type Severity = (typeof severities)[number];

/** One thing that is wrong now. `subject` tells several of one kind apart; `data` are the figures of its sentence. */
export type AlertCause = { subject: string; data: Record<string, string | number> };

type Rule = {
  severity: Severity;
  /** The console's page where one sees more and can do something. */
  href(subject: string): string;
};

const nodePage = (subject: string) => `/nodes?row=${subject.split("/")[0]}`;

/** The counter's name begins with whose it is: `a<account>|…` or `k<key>|…`. */
const limitPage = (subject: string) => {
  const id = subject.slice(1).split("|")[0];
  return subject.startsWith("k") ? `/keys/${id}` : `/accounts/${id}?tab=limits`;
};

const rules: Record<AlertKind, Rule> = {
  ledger_difference: { severity: "error", href: () => "/ledger" },
  dead_letter: { severity: "error", href: () => "/dead-letters?state=open" },
  orphaned_lease: { severity: "warning", href: nodePage },
  clock_skew: { severity: "error", href: nodePage },
  part_down: { severity: "error", href: nodePage },
  model_unpriced: { severity: "warning", href: () => "/models/prices" },
  order_stuck: { severity: "warning", href: () => "/recharges?waiting=true" },
  limit_near: { severity: "warning", href: limitPage },
  limit_engine_away: { severity: "warning", href: nodePage },
};

/** How bad a kind is, the same for every cause of it. */
export function severityOf(kind: AlertKind): Severity {
  return rules[kind].severity;
}

/** The console's page for one cause, a path as "/accounts/…?tab=limits": read out of how the kind names its subjects. */
export function hrefOf(kind: AlertKind, subject: string): string {
  return rules[kind].href(subject);
}

/** False for a kind that only a newer release raises; this one then leaves the alert out. */
export function isAlertKind(text: string): text is AlertKind {
  return (alertKinds as readonly string[]).includes(text);
}
