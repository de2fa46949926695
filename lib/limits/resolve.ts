import type { Check } from "./limiter.ts";
import { type Amounts, type Metric, metrics, type Scope } from "./metrics.ts";

/** A limit as an operator sets it. `scopeId` null: the default scope; `model` null: all models together. */
export type Limit = {
  scope: Scope;
  scopeId: string | null;
  model: string | null;
  metric: Metric;
  value: number;
  /** Counted and shown, refuses nothing. */
  shadow?: boolean;
  /** A grant: from this moment (ms epoch) the limit is `afterwards` again; null: there is none any more. */
  ends?: { atMs: number; afterwards: number | null };
};

/** Whether two are about the same: one of them can take the other's place. */
export function isSameLimit(one: Omit<Limit, "value">, other: Omit<Limit, "value">): boolean {
  return (
    one.scope === other.scope &&
    one.scopeId === other.scopeId &&
    one.model === other.model &&
    one.metric === other.metric
  );
}

/** The limits of one scope and model by metric. */
type Values = Partial<Record<Metric, number>>;

/** All limits, for looking up by scope, its id and the model. */
export type LimitTable = ReadonlyMap<string, ReadonlyMap<string, Values>>;

export type Limited = { accountId: string; groupId: string; keyId: string; model: string };

const allModels = "*";

export function limitTable(limits: readonly Limit[]): LimitTable {
  const table = new Map<string, Map<string, Values>>();
  for (const { scope, scopeId, model, metric, value, shadow } of limits) {
    if (shadow) continue;
    const owner = ownerOf(scope, scopeId);
    const models = table.get(owner) ?? new Map<string, Values>();
    table.set(owner, models);
    const values = models.get(model ?? allModels) ?? {};
    models.set(model ?? allModels, values);
    values[metric] = value;
  }
  return table;
}

/**
 * The checks of a call, one per counter, the strictest limit of those on it. default, group and account limits are
 * counted per account (a group and the default only supply the value), key limits per key. An account's own limit on
 * a model replaces the model's default; of all others the strictest applies.
 */
export function limitsOf(
  { accountId, groupId, keyId, model }: Limited,
  amounts: Amounts,
  table: LimitTable,
): Check[] {
  if (table.size === 0) return [];
  const defaults = table.get(ownerOf("default", null));
  const group = table.get(ownerOf("group", groupId));
  const account = table.get(ownerOf("account", accountId));
  const key = table.get(ownerOf("key", keyId));
  if (!defaults && !group && !account && !key) return [];
  const checks: Check[] = [];
  for (const metric of metrics) {
    if ((amounts[metric] ?? 0) <= 0) continue;
    const candidate = (scope: Scope, values: Values | undefined): Candidate | undefined => {
      const limit = values?.[metric];
      return limit === undefined ? undefined : { scope, limit };
    };
    const push = (counter: string, of: string | null, found: Candidate | undefined) => {
      if (found === undefined) return;
      const amount = amountOf(metric, amounts, found.limit);
      checks.push({ counter, metric, model: of, amount, ...found });
    };
    const ownOrDefault =
      candidate("account", account?.get(model)) ?? candidate("default", defaults?.get(model));
    push(
      `a${accountId}|${model}|${metric}`,
      model,
      strictest(ownOrDefault, candidate("group", group?.get(model))),
    );
    push(
      `a${accountId}|${allModels}|${metric}`,
      null,
      strictest(
        candidate("account", account?.get(allModels)),
        candidate("group", group?.get(allModels)),
        candidate("default", defaults?.get(allModels)),
      ),
    );
    push(`k${keyId}|${model}|${metric}`, model, candidate("key", key?.get(model)));
    push(`k${keyId}|${allModels}|${metric}`, null, candidate("key", key?.get(allModels)));
  }
  return checks;
}

/** A guess of the output is cut to what the limit has room for at all; what was asked for is not. */
function amountOf(metric: Metric, amounts: Amounts, limit: number): number {
  const amount = amounts[metric] ?? 0;
  if (metric !== "tpm" || amounts.tpmAsked === undefined) return amount;
  return Math.min(amount, Math.max(limit, amounts.tpmAsked));
}

type Candidate = { scope: Scope; limit: number };

function strictest(...candidates: (Candidate | undefined)[]): Candidate | undefined {
  return candidates.reduce(
    (least, next) => (next && (!least || next.limit < least.limit) ? next : least),
    undefined,
  );
}

function ownerOf(scope: Scope, scopeId: string | null): string {
  return `${scope}:${scopeId ?? ""}`;
}
