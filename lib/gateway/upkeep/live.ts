import { startWatching, type Watch } from "#lib/alerts/live";
import { formatUsd } from "#lib/core/money";
import { pool } from "#lib/db/pool";
import { startDetection } from "#lib/detection/live";
import { ENGINE_PART } from "#lib/limits/live";
import { findNearLimits } from "#lib/limits/near-service";
import { startReporting } from "#lib/nodes/live";
import { findDownParts, findOrphans, findSkewed } from "#lib/nodes/store";
import { findUnpriced } from "#lib/pricing/unpriced-store";
import { findStuckOrders } from "#lib/recharges/stuck-store";
import { config } from "#lib/runtime/config";
import { countDead } from "#lib/settlement/dead-store";
import type { Engine } from "../engine/live.ts";

/** A clock further off than this makes a node unready. */
export const MAX_SKEW_MS = 1_000;
const ORPHANED_AFTER_SECONDS = 60;
const DOWN_AFTER_SECONDS = 15;
/** This part is down while something outside is, at once and not for long: it has an alert of its own. */
const AWAY_AFTER_SECONDS = 0;

const NAMED_MODELS = 20;

/** What is looked at every few seconds, by one node for all. */
export const watches: readonly Watch[] = [
  {
    kind: "dead_letter",
    async find(on) {
      const { count, costNanoUsd } = await countDead(on);
      return count === 0 ? [] : [{ subject: "all", data: { count, cost: formatUsd(costNanoUsd) } }];
    },
  },
  {
    kind: "orphaned_lease",
    async find(on) {
      const orphans = await findOrphans(on, ORPHANED_AFTER_SECONDS);
      return orphans.map(({ id, amount, accounts }) => ({
        subject: id,
        data: { amount: formatUsd(amount), accounts },
      }));
    },
  },
  {
    kind: "clock_skew",
    async find(on) {
      const skewed = await findSkewed(on, MAX_SKEW_MS);
      return skewed.map((node) => ({ subject: node.id, data: { offsetMs: node.offset_ms } }));
    },
  },
  {
    kind: "part_down",
    async find(on) {
      const down = await findDownParts(on, DOWN_AFTER_SECONDS);
      return down
        .filter(({ part }) => part !== ENGINE_PART)
        .map(({ id, part, host }) => ({ subject: `${id}/${part}`, data: { part, host } }));
    },
  },
  {
    kind: "limit_engine_away",
    async find(on) {
      const down = await findDownParts(on, AWAY_AFTER_SECONDS);
      return down
        .filter(({ part }) => part === ENGINE_PART)
        .map(({ id, host }) => ({ subject: id, data: { host } }));
    },
  },
  {
    kind: "model_unpriced",
    async find(on) {
      const models = await findUnpriced(on);
      if (models.length === 0) return [];
      const named = models.slice(0, NAMED_MODELS).join(", ");
      const data = { count: models.length, models: models.length > NAMED_MODELS ? `${named} …` : named };
      return [{ subject: "all", data }];
    },
  },
  { kind: "order_stuck", find: (on) => findStuckOrders(on) },
  { kind: "limit_near", find: (on) => findNearLimits(on, new Date()) },
];

/** Tells the database how this node is, and looks at how all of them are. */
export function startUpkeep(node: { nodeId: string; engine: Engine; clockOffsetMs: () => number }) {
  const { nodeId, engine } = node;
  const reporting = startReporting({
    pool: pool(),
    nodeId,
    figures: () => ({
      engine: engine.kind,
      spool: engine.waiting(),
      clockOffsetMs: node.clockOffsetMs(),
    }),
  });
  const watching = startWatching(watches);
  const detecting = startDetection(nodeId, config().networkTables);
  return {
    async stop(): Promise<void> {
      await Promise.all([watching.stop(), reporting.stop(), detecting.stop()]);
    },
  };
}
