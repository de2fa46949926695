import type { Clock } from "#lib/core/time";
import type { Funds } from "#lib/funds/funds";
import type { Limiter } from "#lib/limits/limiter";
import type { LimitMeter } from "#lib/limits/meter-live";
import type { ConcurrencyPeaks } from "#lib/limits/peaks";
import type { Provider } from "#lib/providers/provider";
import type { Health } from "#lib/routing/health";
import type { Settlement } from "#lib/settlement/batch";
import type { Snapshot } from "#lib/snapshot/entries";
import type { TaskStore } from "#lib/tasks/task";
import type { ErrorCode } from "./errors.ts";
import type { RequestHeaders } from "./exchange.ts";
import type { OutputHistory } from "./output-history.ts";
import type { BodyBudget } from "./read-body.ts";
import type { Watches } from "./watch.ts";

/** Everything that a request's way needs from outside itself; live.ts binds it, tests bring their own. */
export type GatewayDeps = {
  snapshot: Snapshot;
  clock: Clock;
  /** Database-corrected wall clock, ms epoch: what prices and periods go by. */
  now(): number;
  newId(nowMs: number): string;
  random(): number;
  nodeId: string;
  funds: Funds;
  /** Tasks, whose money is held and billed in the database: they outlive calls, and nodes. */
  tasks: {
    store: TaskStore;
    funds: Funds;
    settle(settlement: Settlement): Promise<void>;
    idKey(): Uint8Array;
  };
  limiter: Limiter;
  /** Notes what limits refuse. */
  limitMeter: LimitMeter;
  /** Resolves when the settlement is committed. */
  settle(settlement: Settlement): Promise<void>;
  /** The row of a call that was not admitted; nothing waits for it. Floods are collapsed. */
  recordRefusal(settlement: Settlement): void;
  /** Why nothing new is admitted now (shutting down, settlements cannot be written), or null. */
  closedBecause(): ErrorCode | null;
  /** Aborted when a shutdown has waited long enough: running calls end with an error. */
  cutOff: AbortSignal;
  /** Admitted calls that are not settled yet. */
  running: ConcurrencyPeaks;
  /** What ids of upstream's are wrapped with, the same on every node. */
  idKey(): Uint8Array;
  /** Sends to a channel's upstream; by the channel's `provider`. */
  providers: Readonly<Record<string, Provider>>;
  /** How this node's channels are. */
  health: Health;
  /** The clocks over running attempts. */
  watches: Watches;
  countTokens(texts: readonly string[]): Promise<number>;
  outputHistory: OutputHistory;
  /** Bytes of request bodies held in memory now, by all calls together. */
  bodyBudget: BodyBudget;
  /** The caller's address as our listener and the trusted proxies vouch for it; null: unknown. */
  clientIp(headers: RequestHeaders): string | null;
  reportError(error: unknown, requestId: string): void;
};
