import { invalidFields, notFound } from "#lib/core/errors";
import type { Check, Level } from "./limiter.ts";
import { countingState, currentLevels } from "./live.ts";
import type { Amounts } from "./metrics.ts";
import { countedTogetherBelow } from "./node-limiter.ts";
import { type Limited, type LimitTable, limitsOf, limitTable, modelsOf } from "./resolve.ts";
import { findLimited, findLimitedAccount, loadLimits } from "./store.ts";
import type { Counting, LimitUsage, LimitUsageAnswer, LimitUsageQuery } from "./usage-schema.ts";

const ONE_OF_EACH: Amounts = { rpm: 1, tpm: 1, ipm: 1, vpm: 1, apm: 1, concurrency: 1 };
/** No call names it, so that only limits on all models together apply. */
const NO_MODEL = "";

/**
 * How much of its limits an account uses now, or of an account's and its own a key; the fullest first. Throws 404, and
 * 422 where neither is named. Shadow limits are the operators' trials: customers see none.
 */
export async function describeUsage(
  query: LimitUsageQuery,
  { withShadows }: { withShadows: boolean },
): Promise<LimitUsageAnswer> {
  const who = await limitedOf(query);
  const table = limitTable(await loadLimits());
  const counting = describeCounting();
  const checks = checksOf(who, query.model, table).filter(({ shadow }) => withShadows || !shadow);
  const levels = await currentLevels(checks);
  const items = levels
    .filter(({ used }) => query.inUse !== "true" || used > 0)
    .toSorted((one, other) => share(other) - share(one) || inOrder(one.check, other.check))
    .slice(0, query.limit)
    .map((level) => toUsage(level, counting));
  return { items, nextCursor: null, counting };
}

/** How this node counts limits. */
export function describeCounting(): Counting {
  const state = countingState() ?? { by: "node", away: false, nodes: 1 };
  const together = state.by === "postgres" ? countedTogetherBelow * state.nodes : null;
  return { ...state, countedTogetherBelow: together };
}

async function limitedOf({ accountId, keyId }: LimitUsageQuery): Promise<Omit<Limited, "model">> {
  if (keyId !== undefined) {
    const limited = await findLimited(keyId);
    if (limited === undefined || (accountId !== undefined && limited.accountId !== accountId))
      throw notFound("key");
    return limited;
  }
  if (accountId === undefined) throw invalidFields({ accountId: "an account or a key is expected" });
  const limited = await findLimitedAccount(accountId);
  if (limited === undefined) throw notFound("account");
  return limited;
}

/** Between limits that are as full: those set for this account or key first, then by model. */
function inOrder(one: Check, other: Check): number {
  const rank = ({ scope }: Check) => (scope === "default" ? 1 : 0);
  return rank(one) - rank(other) || (one.model ?? "").localeCompare(other.model ?? "");
}

/** One check per counter, over every model that has a limit of its own somewhere. */
function checksOf(who: Omit<Limited, "model">, model: string | undefined, table: LimitTable): Check[] {
  const models = model === undefined ? [NO_MODEL, ...modelsOf(who, table)] : [model];
  const byCounter = new Map<string, Check>();
  for (const one of models) {
    for (const check of limitsOf({ ...who, model: one }, ONE_OF_EACH, table))
      byCounter.set(check.counter, check);
  }
  return [...byCounter.values()];
}

function toUsage({ check, used, resetMs }: Level, counting: Counting): LimitUsage {
  const { metric, scope, scopeId, model, limit, shadow } = check;
  const isTogether = counting.countedTogetherBelow !== null && limit < counting.countedTogetherBelow;
  return {
    metric,
    scope,
    scopeId,
    model,
    keyId: scope === "key" ? scopeId : null,
    limit,
    used,
    resetSeconds: Math.ceil(resetMs / 1000),
    shadow,
    shared: !counting.away && (counting.nodes === 1 || counting.by === "valkey" || isTogether),
  };
}

const share = ({ check, used }: Level) => (check.limit === 0 ? 1 : used / check.limit);
