/** Points per bit of surprise, at most `cap`. A bit: half as likely by what is known of the key. */
export type Weight = { perBit: number; cap: number };

/** Every signal that can raise a score, in the order in which they are told. */
export const signalKinds = [
  "retired_secret",
  "new_network",
  "new_area",
  "new_country",
  "new_hosting",
  "networks_at_once",
  "far_apart",
  "new_client",
  "new_version",
  "new_model",
  "rare_hour",
  "pace",
  "spend",
  "refused",
  "silence",
  "usual_client",
] as const;
export type SignalKind = (typeof signalKinds)[number];

export type Weights = Record<SignalKind, Weight>;

/** Set on seeds 1 to 5 of bench/abnormal; docs/abnormal-charges.md has what they reach on a seed that nobody had looked at. */
export const weights: Weights = {
  retired_secret: { perBit: 6, cap: 40 },
  new_network: { perBit: 2, cap: 18 },
  new_area: { perBit: 2, cap: 14 },
  new_country: { perBit: 2, cap: 14 },
  new_hosting: { perBit: 3, cap: 22 },
  networks_at_once: { perBit: 4, cap: 32 },
  far_apart: { perBit: 3, cap: 16 },
  new_client: { perBit: 3.5, cap: 26 },
  new_version: { perBit: 3, cap: 20 },
  new_model: { perBit: 3, cap: 20 },
  rare_hour: { perBit: 1.5, cap: 6 },
  pace: { perBit: 4, cap: 16 },
  spend: { perBit: 4, cap: 16 },
  refused: { perBit: 3, cap: 12 },
  silence: { perBit: 3, cap: 10 },
  // What speaks for the owner: this is taken off.
  usual_client: { perBit: -1, cap: 0 },
};

/** What is surprising about a kind of novelty that a key has never had: a count added to the hours that brought one. */
export const prior = {
  network: 0.3,
  area: 0.15,
  country: 0.05,
  agent: 0.3,
  family: 0.1,
  model: 0.15,
  hosting: 0.05,
};
