/**
 * What can be limited. Per 60 s: requests, tokens (prompt and output), images, videos, audio outputs; and how many
 * requests run at once.
 */
export const metrics = ["rpm", "tpm", "ipm", "vpm", "apm", "concurrency"] as const;
export type Metric = (typeof metrics)[number];

/** How limits are named in `x-ratelimit-*-<unit>`; concurrency has no such header. */
export const metricUnits = {
  rpm: "requests",
  tpm: "tokens",
  ipm: "images",
  vpm: "videos",
  apm: "audios",
  concurrency: null,
} as const satisfies Record<Metric, string | null>;

/** What a call takes of each metric. Absent or 0: the metric does not concern it. */
export type Amounts = Partial<Record<Metric, number>> & {
  /** The part of `tpm` that the request itself asks for. What is only guessed above it never makes a call too large. */
  tpmAsked?: number;
};

export const scopes = ["default", "group", "account", "key", "channel"] as const;
export type Scope = (typeof scopes)[number];

/** The window of every metric but concurrency. */
export const windowMs = 60_000;
