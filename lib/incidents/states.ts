/** open: nobody has acted; acted: something is in force against it; resolved, dismissed: closed. */
export const incidentStates = ["open", "acted", "resolved", "dismissed"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** pattern: the key is used otherwise than usual; leak: its secret was found in public. */
export const incidentCauses = ["pattern", "leak"] as const;
export type IncidentCause = (typeof incidentCauses)[number];

/** What can happen in an incident, as its timeline names it. */
export const eventKinds = [
  "opened",
  "grown",
  "reopened",
  "told",
  "suspend-key",
  "rotate-key",
  "block-ip",
  "trust-ip",
  "limit-networks",
  "cap-spend",
  "dismiss",
  "resolve",
  "refund",
  "undo",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Who did something, as the timeline tells it. link: whoever held the link in a mail. */
export const eventActors = ["user", "customer", "token", "system", "link"] as const;
export type EventActor = (typeof eventActors)[number];

/** `open` for a state of a newer release: nobody takes it for settled. */
export function stateOf(text: string): IncidentState {
  return incidentStates.find((state) => state === text) ?? "open";
}

/** `pattern` for a cause of a newer release. */
export function causeOf(text: string): IncidentCause {
  return incidentCauses.find((cause) => cause === text) ?? "pattern";
}

/** `grown`, which says least, for a kind of a newer release. */
export function eventKindOf(text: string): EventKind {
  return eventKinds.find((kind) => kind === text) ?? "grown";
}

/** `system` for an actor of a newer release. */
export function eventActorOf(text: string): EventActor {
  return eventActors.find((actor) => actor === text) ?? "system";
}

/** A closed incident takes no finding, and nothing is done in it but to undo or to reopen. */
export function isClosed(state: string): boolean {
  return state === "resolved" || state === "dismissed";
}
