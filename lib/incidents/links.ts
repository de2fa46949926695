/** What a link in a mail can do; a link made for one does nothing else. */
export const linkActions = ["suspend-key", "block-ip", "trust-ip"] as const;
export type LinkAction = (typeof linkActions)[number];

/** The name under which the token of a link is kept. */
export function purposeOf(action: LinkAction): string {
  return `incident.${action}`;
}

/** What a link is about: the incident, and to which address it went. */
export function subjectOf(incidentId: string, email: string): string {
  return `${incidentId} ${email}`;
}

/** The two parts of what `subjectOf` made. */
export function readSubject(subject: string): { incidentId: string; email: string } {
  const [incidentId = "", ...email] = subject.split(" ");
  return { incidentId, email: email.join(" ") };
}

/** Path and query of the page that shows what the link does. `token` is the secret itself: this stands in a mail only. */
export function linkPath(action: LinkAction, token: string): string {
  return `/incident-link/${action}?token=${token}`;
}
