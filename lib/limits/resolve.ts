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

/** A limit of one scope, model and metric. */
type Value = { limit: number; shadow: boolean };
type Values = Partial<Record<Metric, Value>>;
/** By scope and its id, then by model. */
type Owners = ReadonlyMap<string, ReadonlyMap<string, Values>>;

/** All limits, for looking up by scope, its id and the model. */
export type LimitTable = {
  readonly inForce: Owners;
  /** As if shadow limits refused, too; null: there are none. */
  readonly withShadows: Owners | null;
  /** Whether any channel has a limit. */
  readonly hasChannels: boolean;
};

export type Limited = { accountId: string; groupId: string; keyId: string; model: string };

const allModels = "*";

export function limitTable(limits: readonly Limit[]): LimitTable {
  const inForce = ownersOf(limits.filter(({ shadow }) => shadow !== true));
  const hasShadows = limits.some(({ shadow }) => shadow === true);
  return {
    inForce,
    withShadows: hasShadows ? ownersOf(limits) : null,
    hasChannels: limits.some(({ scope }) => scope === "channel"),
  };
}

function ownersOf(limits: readonly Limit[]): Owners {
  const owners = new Map<string, Map<string, Values>>();
  for (const { scope, scopeId, model, metric, value, shadow = false } of limits) {
    const owner = ownerOf(scope, scopeId);
    const models = owners.get(owner) ?? new Map<string, Values>();
    owners.set(owner, models);
    const values = models.get(model ?? allModels) ?? {};
    models.set(model ?? allModels, values);
    values[metric] = { limit: value, shadow };
  }
  return owners;
}

const NONE: readonly Check[] = [];

/**
 * The checks of a call, one per counter, the strictest limit of those on it. default, group and account limits are
 * counted per account (a group and the default only supply the value), key limits per key. An account's own limit on
 * a model replaces the model's default; of all others the strictest applies. Where a shadow limit would apply if it
 * refused, it is a check of its own beside what does refuse, with a counter of its own.
 */
export function limitsOf(who: Limited, amounts: Amounts, table: LimitTable): readonly Check[] {
  return withShadows(table, (owners) => callChecks(who, amounts, owners));
}

/** The models on which somebody has a limit, from any scope; not "all models together". */
export function modelsOf(
  { accountId, groupId, keyId }: Omit<Limited, "model">,
  { inForce, withShadows }: LimitTable,
): string[] {
  const names = new Set<string>();
  for (const owner of [
    ownerOf("default", null),
    ownerOf("group", groupId),
    ownerOf("account", accountId),
    ownerOf("key", keyId),
  ]) {
    for (const model of (withShadows ?? inForce).get(owner)?.keys() ?? []) names.add(model);
  }
  names.delete(allModels);
  return [...names];
}

/** The checks of an attempt on a channel, shared by all who use it. */
export function channelLimitsOf(
  of: { channelId: string; model: string },
  amounts: Amounts,
  table: LimitTable,
): readonly Check[] {
  return withShadows(table, (owners) => channelChecks(of, amounts, owners));
}

function withShadows(
  { inForce, withShadows }: LimitTable,
  find: (owners: Owners) => readonly Check[],
): readonly Check[] {
  const checks = inForce.size === 0 ? NONE : find(inForce);
  if (withShadows === null) return checks;
  const shadows = find(withShadows).filter(({ shadow }) => shadow);
  if (shadows.length === 0) return checks;
  return [...checks, ...shadows.map((check) => ({ ...check, counter: `${check.counter}|shadow` }))];
}

function callChecks(
  { accountId, groupId, keyId, model }: Limited,
  amounts: Amounts,
  owners: Owners,
): readonly Check[] {
  const defaults = owners.get(ownerOf("default", null));
  const group = owners.get(ownerOf("group", groupId));
  const account = owners.get(ownerOf("account", accountId));
  const key = owners.get(ownerOf("key", keyId));
  if (!defaults && !group && !account && !key) return NONE;
  const [defaultModel, defaultAll] = [defaults?.get(model), defaults?.get(allModels)];
  const [groupModel, groupAll] = [group?.get(model), group?.get(allModels)];
  const [accountModel, accountAll] = [account?.get(model), account?.get(allModels)];
  const [keyModel, keyAll] = [key?.get(model), key?.get(allModels)];
  const ofAccount = accountModel ?? accountAll ?? groupModel ?? groupAll ?? defaultModel ?? defaultAll;
  // The default scope has limits on other models, mostly: nothing is made for what is not there.
  if ((ofAccount ?? keyModel ?? keyAll) === undefined) return NONE;
  const checks: Check[] = [];
  for (const metric of metrics) {
    if ((amounts[metric] ?? 0) <= 0) continue;
    const push = (counter: string, of: string | null, found: Candidate | undefined) => {
      if (found === undefined) return;
      checks.push(
        checkOf({ counter: `${counter}|${metric}`, owner: accountId, model: of }, metric, amounts, found),
      );
    };
    const ownOrDefault =
      candidate("account", accountId, accountModel?.[metric]) ??
      candidate("default", null, defaultModel?.[metric]);
    push(
      `a${accountId}|${model}`,
      model,
      stricter(ownOrDefault, candidate("group", groupId, groupModel?.[metric])),
    );
    push(
      `a${accountId}|${allModels}`,
      null,
      stricter(
        stricter(
          candidate("account", accountId, accountAll?.[metric]),
          candidate("group", groupId, groupAll?.[metric]),
        ),
        candidate("default", null, defaultAll?.[metric]),
      ),
    );
    push(`k${keyId}|${model}`, model, candidate("key", keyId, keyModel?.[metric]));
    push(`k${keyId}|${allModels}`, null, candidate("key", keyId, keyAll?.[metric]));
  }
  return checks;
}

function channelChecks(
  { channelId, model }: { channelId: string; model: string },
  amounts: Amounts,
  owners: Owners,
): readonly Check[] {
  const models = owners.get(ownerOf("channel", channelId));
  if (models === undefined) return NONE;
  const checks: Check[] = [];
  for (const limited of [model, null]) {
    const values = models.get(limited ?? allModels);
    if (values === undefined) continue;
    for (const metric of metrics) {
      const found = candidate("channel", channelId, values[metric]);
      if (found === undefined || (amounts[metric] ?? 0) <= 0) continue;
      const counter = `c${channelId}|${limited ?? allModels}|${metric}`;
      checks.push(checkOf({ counter, owner: channelId, model: limited }, metric, amounts, found));
    }
  }
  return checks;
}

function checkOf(
  counted: Pick<Check, "counter" | "owner" | "model">,
  metric: Metric,
  amounts: Amounts,
  found: Candidate,
): Check {
  const amount = amounts[metric] ?? 0;
  const least = metric === "tpm" ? (amounts.tpmAsked ?? amount) : amount;
  return { ...counted, metric, ...found, amount: cutGuess(amount, least, found.limit), least };
}

/** A guess of the output is cut to what the limit has room for at all; what was asked for is not. */
export function cutGuess(amount: number, least: number, limit: number): number {
  return Math.min(amount, Math.max(limit, least));
}

type Candidate = Pick<Check, "scope" | "scopeId" | "limit" | "shadow">;

function candidate(scope: Scope, scopeId: string | null, value: Value | undefined): Candidate | undefined {
  return value && { scope, scopeId, limit: value.limit, shadow: value.shadow };
}

/** Of equals the first, which is the more particular one. */
function stricter(one: Candidate | undefined, other: Candidate | undefined): Candidate | undefined {
  return other !== undefined && (one === undefined || other.limit < one.limit) ? other : one;
}

function ownerOf(scope: Scope, scopeId: string | null): string {
  return `${scope}:${scopeId ?? ""}`;
}
