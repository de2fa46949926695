/** One address of a sighting. Times in ms epoch. */
export type SeenIp = {
  ip: string;
  requests: number;
  nanoUsd: bigint;
  firstMs: number;
  lastMs: number;
};

/** What one key did from one network within one batch of the log's writer: never who asked what, only how often. */
export type Sighting = {
  keyId: string;
  /** "203.0.113.0/24", "2001:db8:1::/48", or OTHERS. */
  network: string;
  firstMs: number;
  lastMs: number;
  requests: number;
  /** Of them answered 401, 403 or 429. */
  refused: number;
  nanoUsd: bigint;
  /** The most used addresses, at most MOST_IPS. */
  ips: SeenIp[];
  /** Requests by "family version" of the client (agent.ts), at most MOST_AGENTS. */
  agents: Record<string, number>;
  /** Requests by model, at most MOST_MODELS. */
  models: Record<string, number>;
  /** Requests by the prefix of the secret that was presented. */
  prefixes: Record<string, number>;
};

/** Where a network is, as far as a table of networks tells. */
export type Whereabouts = { asn: number; name: string; country: string | null; isHosting: boolean };

/** What networks beyond a batch's bound are counted under. */
export const OTHERS = "others";
export const MOST_IPS = 3;
export const MOST_AGENTS = 4;
export const MOST_MODELS = 6;
/** Networks of one key that one batch tells apart. */
export const MOST_NETWORKS = 32;
