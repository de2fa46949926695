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

/** Limits in the form in which each call looks them up; made once per change. */
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

/** A limit that applies to somebody: a check without what the call takes. */
type Applying = Omit<Check, "amount" | "least">;

const NONE: readonly Check[] = [];
const NOTHING: readonly Applying[] = [];
/** What applies to whom is found once per table; so many answers are kept. */
const MOST_KEPT = 100_000;
const kept = new WeakMap<LimitTable, Map<string, readonly Applying[]>>();

/**
 * The checks of a call, one per counter, the strictest limit of those on it. default, group and account limits are
 * counted per account (a group and the default only supply the value), key limits per key. An account's own limit on
 * a model replaces the model's default; of all others the strictest applies. Where a shadow limit would apply if it
 * refused, it is a check of its own beside what does refuse, with a counter of its own.
 */
export function limitsOf(who: Limited, amounts: Amounts, table: LimitTable): readonly Check[] {
  if (table.inForce.size === 0 && table.withShadows === null) return NONE;
  const found = remembered(table, `${who.keyId} ${who.accountId} ${who.groupId} ${who.model}`, () =>
    withShadows(table, (owners) => limitsOnCall(who, owners)),
  );
  return checksOf(found, amounts);
}

/** The checks of an attempt on a channel, shared by all who use it. */
export function channelLimitsOf(
  of: { channelId: string; model: string },
  amounts: Amounts,
  table: LimitTable,
): readonly Check[] {
  if (!table.hasChannels) return NONE;
  const found = remembered(table, `${of.channelId} ${of.model}`, () =>
    withShadows(table, (owners) => limitsOnChannel(of, owners)),
  );
  return checksOf(found, amounts);
}

function remembered(table: LimitTable, who: string, find: () => readonly Applying[]): readonly Applying[] {
  let answers = kept.get(table);
  if (answers === undefined || answers.size >= MOST_KEPT) {
    answers = new Map();
    kept.set(table, answers);
  }
  const known = answers.get(who);
  if (known !== undefined) return known;
  const found = find();
  answers.set(who, found);
  return found;
}

/** Of what applies, what the call takes something of. */
function checksOf(applying: readonly Applying[], amounts: Amounts): readonly Check[] {
  if (applying.length === 0) return NONE;
  const checks: Check[] = [];
  for (const one of applying) {
    const { metric, limit } = one;
    const amount = amounts[metric] ?? 0;
    if (amount <= 0) continue;
    const least = metric === "tpm" ? (amounts.tpmAsked ?? amount) : amount;
    checks.push({
      counter: one.counter,
      owner: one.owner,
      metric,
      scope: one.scope,
      scopeId: one.scopeId,
      model: one.model,
      limit,
      amount: cutGuess(amount, least, limit),
      least,
      shadow: one.shadow,
    });
  }
  return checks;
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

function withShadows(
  { inForce, withShadows }: LimitTable,
  find: (owners: Owners) => readonly Applying[],
): readonly Applying[] {
  const refusing = find(inForce);
  if (withShadows === null) return refusing;
  const shadows = find(withShadows).filter(({ shadow }) => shadow);
  return [...refusing, ...shadows.map((one) => ({ ...one, counter: `${one.counter}|shadow` }))];
}

function limitsOnCall({ accountId, groupId, keyId, model }: Limited, owners: Owners): readonly Applying[] {
  const defaults = owners.get(ownerOf("default", null));
  const group = owners.get(ownerOf("group", groupId));
  const account = owners.get(ownerOf("account", accountId));
  const key = owners.get(ownerOf("key", keyId));
  if (!defaults && !group && !account && !key) return NOTHING;
  const found: Applying[] = [];
  for (const metric of metrics) {
    const value = (of: typeof key, on: string) => of?.get(on)?.[metric];
    const push = (counter: string, on: string | null, one: Candidate | undefined) => {
      if (one !== undefined) {
        found.push({ counter: `${counter}|${metric}`, owner: accountId, metric, model: on, ...one });
      }
    };
    const ownOrDefault =
      candidate("account", accountId, value(account, model)) ??
      candidate("default", null, value(defaults, model));
    push(
      `a${accountId}|${model}`,
      model,
      stricter(ownOrDefault, candidate("group", groupId, value(group, model))),
    );
    push(
      `a${accountId}|${allModels}`,
      null,
      stricter(
        stricter(
          candidate("account", accountId, value(account, allModels)),
          candidate("group", groupId, value(group, allModels)),
        ),
        candidate("default", null, value(defaults, allModels)),
      ),
    );
    push(`k${keyId}|${model}`, model, candidate("key", keyId, value(key, model)));
    push(`k${keyId}|${allModels}`, null, candidate("key", keyId, value(key, allModels)));
  }
  return found;
}

function limitsOnChannel(
  { channelId, model }: { channelId: string; model: string },
  owners: Owners,
): readonly Applying[] {
  const models = owners.get(ownerOf("channel", channelId));
  return [model, null].flatMap((on) =>
    metrics.flatMap((metric) => {
      const found = candidate("channel", channelId, models?.get(on ?? allModels)?.[metric]);
      const counter = `c${channelId}|${on ?? allModels}|${metric}`;
      return found === undefined ? [] : { counter, owner: channelId, metric, model: on, ...found };
    }),
  );
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
