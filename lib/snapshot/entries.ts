import type { BudgetPeriod } from "#lib/funds/period";
import type { PriceTable, PriceVersion } from "#lib/pricing/versions";

/** What the gateway knows of an API key. The secret is known by its SHA-256 alone. */
export type KeyEntry = {
  id: string;
  accountId: string;
  name: string;
  prefix: string;
  status: string;
  /** A line other than the account's. */
  groupId: string | null;
  expiresAtMs: number | null;
  budget: { limitNanoUsd: bigint; period: BudgetPeriod } | null;
  /** null = every model. */
  models: ReadonlySet<string> | null;
  /** CIDRs; empty = from everywhere. */
  allowedCidrs: readonly string[];
  /** Only where a call presented a secret that was rotated out: until when that one is accepted. */
  secretValidUntilMs?: number;
};

/** A secret that a rotation replaced. */
export type RetiredSecret = { keyId: string; prefix: string; validUntilMs: number };

export type AccountEntry = { id: string; name: string; groupId: string; timeZone: string; status: string };

export type ChannelTimeouts = {
  connectMs?: number;
  headersMs?: number;
  firstTokenMs?: number;
  idleMs?: number;
  totalMs?: number;
};

export type ChannelEntry = {
  id: string;
  name: string;
  provider: string;
  baseUrl: string;
  /** In the clear, in memory only. null: none, or this node cannot open it. */
  credential: string | null;
  /** null = every group. */
  groups: ReadonlySet<string> | null;
  priority: number;
  weight: number;
  timeouts: ChannelTimeouts;
  injectUsage: boolean;
  status: string;
  /** Our model id → the name that upstream knows. */
  models: ReadonlyMap<string, string>;
};

export type ModelEntry = {
  id: string;
  vendor: string;
  kind: string;
  maxOutputTokens: number | null;
  reasoning: boolean;
  createdAtMs: number;
};

/** All configuration that the hot path reads, in memory. Changed in place by `applyChanges`, in one step. */
export type Snapshot = {
  revision: bigint;
  keys: Map<string, KeyEntry & { hash: string }>;
  keysByHash: Map<string, KeyEntry>;
  retiredByHash: Map<string, RetiredSecret>;
  accounts: Map<string, AccountEntry>;
  models: Map<string, ModelEntry>;
  channels: Map<string, ChannelEntry>;
  channelsByModel: Map<string, ChannelEntry[]>;
  priceVersions: Map<string, PriceVersion>;
  prices: PriceTable;
  settings: Map<string, unknown>;
};

/** What changed since a revision. `entry: null` says that the thing was deleted. */
export type Changes = {
  revision: bigint;
  keys: { id: string; hash: string; entry: KeyEntry | null }[];
  retiredSecrets: ({ hash: string } & RetiredSecret)[];
  accounts: AccountEntry[];
  models: ModelEntry[];
  channels: { id: string; entry: ChannelEntry | null }[];
  priceVersions: PriceVersion[];
  settings: { key: string; value: unknown }[];
};
