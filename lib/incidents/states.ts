/** open: nobody has acted; acted: something is in force against it; resolved, dismissed: closed. */
export const incidentStates = ["open", "acted", "resolved", "dismissed"] as const;

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
