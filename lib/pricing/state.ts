import { compareFractions, divideFractions, type Fraction, one } from "#lib/core/fraction";
import { sameConditions } from "./conditions.ts";
import { versionsUpTo } from "./current.ts";
import { type PriceComponents, priceUnits } from "./units.ts";
import type { PriceEntry, PriceVersion } from "./versions.ts";

/** Everything that moves a bill, at one moment: what each model costs, each group's multiplier, accounts' own prices. */
export type PriceState = {
  readonly models: ReadonlyMap<string, PriceComponents>;
  readonly groups: ReadonlyMap<string, Fraction>;
  /** By `accountKey`. */
  readonly accounts: ReadonlyMap<string, AccountPrice>;
  /** What accounts with a discount pay of everything. */
  readonly discounts: ReadonlyMap<string, Fraction>;
};

export type AccountPrice = {
  readonly accountId: string;
  readonly modelId: string;
  readonly components: PriceComponents;
};

/** What one price was and what it becomes; undefined: none (a model is then refused, an account pays the model's price). */
export type PriceChange =
  | {
      readonly kind: "model";
      readonly modelId: string;
      readonly before: PriceComponents | undefined;
      readonly after: PriceComponents | undefined;
    }
  | {
      readonly kind: "account";
      readonly accountId: string;
      readonly modelId: string;
      readonly before: PriceComponents | undefined;
      readonly after: PriceComponents | undefined;
    }
  | {
      readonly kind: "group";
      readonly groupId: string;
      readonly before: Fraction | undefined;
      readonly after: Fraction | undefined;
    }
  | {
      readonly kind: "discount";
      readonly accountId: string;
      readonly before: Fraction | undefined;
      readonly after: Fraction | undefined;
    };

export const emptyState: PriceState = {
  models: new Map(),
  groups: new Map(),
  accounts: new Map(),
  discounts: new Map(),
};

/** Account ids hold no space, so the pair cannot be read two ways. */
export function accountKey(accountId: string, modelId: string): string {
  return `${accountId} ${modelId}`;
}

/** The prices in force at `atMs`. */
export function stateAt(versions: readonly PriceVersion[], atMs: number): PriceState {
  const inForce = versions.filter((version) => version.effectiveAt <= atMs);
  return withEntries(
    emptyState,
    ordered(inForce).flatMap((version) => version.entries),
  );
}

/** The prices as they stood under a published version, whatever came after it. */
export function stateUnder(versions: readonly PriceVersion[], versionId: string): PriceState {
  return withEntries(
    emptyState,
    versionsUpTo(versions, versionId).flatMap((version) => version.entries),
  );
}

/** The prices as they stood right before a published version. */
export function stateBefore(versions: readonly PriceVersion[], versionId: string): PriceState {
  return withEntries(
    emptyState,
    versionsUpTo(versions, versionId)
      .slice(0, -1)
      .flatMap((version) => version.entries),
  );
}

/** A state after these entries; empty components take a price away. What they do not name carries over. */
export function withEntries(state: PriceState, entries: readonly PriceEntry[]): PriceState {
  const models = new Map(state.models);
  const groups = new Map(state.groups);
  const accounts = new Map(state.accounts);
  const discounts = new Map(state.discounts);
  for (const entry of entries) {
    if (entry.kind === "group") groups.set(entry.groupId, entry.multiplier);
    if (entry.kind === "discount") {
      if (entry.multiplier.num === entry.multiplier.den) discounts.delete(entry.accountId);
      else discounts.set(entry.accountId, entry.multiplier);
    }
    if (entry.kind === "model") put(models, entry.modelId, entry.components, entry.components);
    if (entry.kind === "account") {
      const { accountId, modelId, components } = entry;
      put(accounts, accountKey(accountId, modelId), { accountId, modelId, components }, components);
    }
  }
  return { models, groups, accounts, discounts };
}

/** What differs between two states, models first, each kind in the order of its ids. */
export function changesBetween(before: PriceState, after: PriceState): PriceChange[] {
  const models = keysOf(before.models, after.models).flatMap((modelId): PriceChange[] => {
    const [was, is] = [before.models.get(modelId), after.models.get(modelId)];
    return samePrices(was, is) ? [] : [{ kind: "model", modelId, before: was, after: is }];
  });
  const accounts = keysOf(before.accounts, after.accounts).flatMap((key): PriceChange[] => {
    const [was, is] = [before.accounts.get(key), after.accounts.get(key)];
    const whose = is ?? was;
    if (whose === undefined || samePrices(was?.components, is?.components)) return [];
    const { accountId, modelId } = whose;
    return [{ kind: "account", accountId, modelId, before: was?.components, after: is?.components }];
  });
  const groups = keysOf(before.groups, after.groups).flatMap((groupId): PriceChange[] => {
    const [was, is] = [before.groups.get(groupId), after.groups.get(groupId)];
    return sameFigure(was, is) ? [] : [{ kind: "group", groupId, before: was, after: is }];
  });
  const discounts = keysOf(before.discounts, after.discounts).flatMap((accountId): PriceChange[] => {
    const [was, is] = [before.discounts.get(accountId), after.discounts.get(accountId)];
    return sameFigure(was, is) ? [] : [{ kind: "discount", accountId, before: was, after: is }];
  });
  return [...models, ...accounts, ...groups, ...discounts];
}

/** The entries that lead from one state to another. A group keeps its multiplier where the other state has none. */
export function entriesOf(changes: readonly PriceChange[]): PriceEntry[] {
  return changes.flatMap((change): PriceEntry[] => {
    if (change.kind === "group") {
      const { groupId, after } = change;
      return after === undefined ? [] : [{ kind: "group", groupId, multiplier: after }];
    }
    if (change.kind === "discount") {
      return [{ kind: "discount", accountId: change.accountId, multiplier: change.after ?? one }];
    }
    const components = change.after ?? {};
    if (change.kind === "model") return [{ kind: "model", modelId: change.modelId, components }];
    return [{ kind: "account", accountId: change.accountId, modelId: change.modelId, components }];
  });
}

/** Whether two prices are the same in every unit. */
export function samePrices(left: PriceComponents | undefined, right: PriceComponents | undefined): boolean {
  return priceUnits.every((unit) => sameFigure(left?.[unit], right?.[unit])) && sameConditions(left, right);
}

/** after ÷ before; undefined where one of them is missing or the first is 0. */
export function ratioOf(before: Fraction | undefined, after: Fraction | undefined): Fraction | undefined {
  if (before === undefined || after === undefined || before.num === 0n) return undefined;
  return divideFractions(after, before);
}

/** Equal as numbers, or both missing: a price of 0 differs from none. */
export function sameFigure(left: Fraction | undefined, right: Fraction | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return compareFractions(left, right) === 0;
}

function put<Value>(map: Map<string, Value>, key: string, value: Value, components: PriceComponents): void {
  if (Object.keys(components).length === 0) map.delete(key);
  else map.set(key, value);
}

function keysOf(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].sort();
}

function ordered(versions: readonly PriceVersion[]): PriceVersion[] {
  return [...versions].sort(
    (left, right) => left.effectiveAt - right.effectiveAt || left.number - right.number,
  );
}
