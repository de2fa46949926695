/**
 * One reason to suspect a key, with the figures of its sentence: `incidents.signals.<kind>` in messages/*.json takes
 * them as its arguments. `weight`: what it adds to the score.
 */
export type Signal = { kind: string; weight: number; figures: Record<string, string | number> };

/** What one address did with the key, from `firstSeen` on. `models`: a few of them, the most used first. */
export type AddressEvidence = {
  ip: string;
  requests: number;
  nanoUsd: bigint;
  firstSeen: Date;
  lastSeen: Date;
  models: string[];
};

/**
 * What detection has against a key at a moment. Sums (`requests`, `nanoUsd`, those of `ips`) are of the unfamiliar part
 * of the traffic, counted from `since` to `at`: a later finding of the same incident tells the larger sum, not the
 * difference. `networks` are the unfamiliar ones, as CIDRs in the spelling of lib/keys/cidr.ts.
 */
export type Finding = {
  keyId: string;
  accountId: string;
  at: Date;
  /** 0 to 100. */
  score: number;
  signals: Signal[];
  networks: string[];
  ips: AddressEvidence[];
  since: Date;
  requests: number;
  nanoUsd: bigint;
};
