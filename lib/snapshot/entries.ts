import type { Fraction } from "#lib/core/fraction";
import type { BudgetPeriod } from "#lib/funds/period";
import type { LineAccess, LineGrant } from "#lib/groups/access";
import type { Limit, LimitTable } from "#lib/limits/resolve";
import type { PriceComponents } from "#lib/pricing/units";
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
  /** CIDRs that it is refused from, whatever is allowed. */
  deniedCidrs: readonly string[];
  /** Streams that were admitted until then end if they would be refused now. */
  cutAtMs: number | null;
  /** Only where a call presented a secret that was rotated out: until when that one is accepted. */
  secretValidUntilMs?: number;
};

/** A secret that a rotation replaced. */
export type RetiredSecret = { keyId: string; prefix: string; validUntilMs: number };

export type AccountEntry = { id: string; name: string; groupId: string; timeZone: string; status: string };

/** Milliseconds; what is left out takes the default. */
export type TimeoutLimits = {
  connectMs?: number;
  headersMs?: number;
  firstTokenMs?: number;
  idleMs?: number;
  totalMs?: number;
};
/** `modalities`: other limits for models of a kind (chat, image, …) and for those that reason ("reasoning"). */
export type ChannelTimeouts = TimeoutLimits & { modalities?: Readonly<Record<string, TimeoutLimits>> };

/** In the clear, in memory only. `id` tells credentials apart and changes with them. `secret` null: none is needed. */
export type CredentialEntry = { id: string; secret: string | null };

export type ChannelEntry = {
  id: string;
  name: string;
  provider: string;
  baseUrl: string;
  /** Empty: this node can open none of them. */
  credentials: readonly CredentialEntry[];
  /** null = every group. */
  groups: ReadonlySet<string> | null;
  /** null = every account of those groups. */
  accounts: ReadonlySet<string> | null;
  priority: number;
  weight: number;
  timeouts: ChannelTimeouts;
  /** What all nodes together may have running, and start per minute. */
  caps: { concurrency?: number; rpm?: number };
  /** Of official prices, what the provider charges; for weights only, money goes by `costFraction`. */
  costMultiplier: number;
  costFraction: Fraction;
  injectUsage: boolean;
  status: string;
  /** Our model id → the name that upstream knows. */
  models: ReadonlyMap<string, string>;
  /** Our model id → its context window here, where it is not the catalogue's. */
  contextWindows: ReadonlyMap<string, number>;
};

export type ModelEntry = {
  id: string;
  vendor: string;
  kind: string;
  maxOutputTokens: number | null;
  reasoning: boolean;
  contextWindow: number | null;
  /** Official prices; null: unreadable. */
  official: PriceComponents | null;
  createdAtMs: number;
};

/** All configuration that the hot path reads, in memory. Changed in place by `applyChanges`, in one step. */
export type Snapshot = {
  revision: bigint;
  keys: Map<string, KeyEntry & { hash: string }>;
  keysByHash: Map<string, KeyEntry>;
  retiredByHash: Map<string, RetiredSecret>;
  accounts: Map<string, AccountEntry>;
  /** By group: what of it needs a grant. */
  lines: Map<string, LineAccess>;
  /** By `grantKey`. */
  grants: Map<string, LineGrant>;
  models: Map<string, ModelEntry>;
  channels: Map<string, ChannelEntry>;
  /** The highest priority first. */
  channelsByModel: Map<string, ChannelEntry[]>;
  priceVersions: Map<string, PriceVersion>;
  prices: PriceTable;
  settings: Map<string, unknown>;
  limits: Map<string, Limit>;
  limitTable: LimitTable;
  /** When the next grant of a limit ends (ms epoch); Infinity: none does. */
  nextGrantEndMs: number;
};

/** What changed since a revision. `entry: null` says that the thing was deleted. */
export type Changes = {
  revision: bigint;
  keys: { id: string; hash: string; entry: KeyEntry | null }[];
  retiredSecrets: ({ hash: string } & RetiredSecret)[];
  accounts: AccountEntry[];
  lines?: { id: string; access: LineAccess }[];
  grants?: { key: string; grant: LineGrant | null }[];
  models: ModelEntry[];
  channels: { id: string; entry: ChannelEntry | null }[];
  priceVersions: PriceVersion[];
  settings: { key: string; value: unknown }[];
  limits: { id: string; limit: Limit | null }[];
};
