"use client";

import { useCallback, useMemo, useState } from "react";
import type { Model } from "#lib/models/schema";
import { type ConditionName, conditionNames, sameConditions } from "#lib/pricing/conditions";
import { displayConditions } from "#lib/pricing/display";
import {
  type BulkEdit,
  changedPrices,
  isUnchanged,
  readPrices,
  withBulk,
  withCell,
  withConditionText,
} from "#lib/pricing/edit";
import { causesOf, type ReasonCause } from "#lib/pricing/reason";
import type { PriceComponents, PriceUnit } from "#lib/pricing/units";
import type { PriceEntryAnswer } from "#lib/pricing/version-schema";
import {
  type DraftValues,
  type Edits,
  editsOfEntries,
  editsOfValues,
  valuesOfEdits,
} from "./draft-values.ts";

/** A model's price as it is being edited. */
export type EditedRow = {
  model: Model;
  official: PriceComponents;
  before: PriceComponents | undefined;
  components: PriceComponents;
  isChanged: boolean;
  causes: readonly ReasonCause[];
  reason: string;
};

export type CellEdit = { model: Model; unit: PriceUnit | ConditionName; text: string };

const none: Edits = { prices: new Map(), reasons: new Map() };
const MOST_STEPS = 200;

/**
 * Edits of many prices before they are a draft on the server, or of a draft that is there, with undo. Nothing here costs
 * anybody anything.
 */
export function usePriceEdits(entries: readonly PriceEntryAnswer[]) {
  // What one keystroke, paste or bulk edit left behind.
  const [history, setHistory] = useState<readonly Edits[]>(() => [editsOfEntries(entries)]);
  const [others, setOthers] = useState(() => besidesModels(entries));
  const edits = history.at(-1) ?? none;
  const push = useCallback((next: Edits) => setHistory((before) => [...before.slice(-MOST_STEPS), next]), []);

  const rowOf = useCallback((model: Model) => toRow(model, edits), [edits]);

  /** Puts what was typed into cells; answers the first that cannot be read, and then changes nothing. */
  const typeCells = (cells: readonly CellEdit[]): CellEdit | undefined => {
    const prices = new Map(edits.prices);
    for (const cell of cells) {
      const { before, components } = toRow(cell.model, { ...edits, prices });
      const next = isCondition(cell.unit)
        ? withConditionText(components, cell.unit, cell.text)
        : withCell(components, cell.unit, cell.text);
      if (next === undefined) return cell;
      put(prices, cell.model.id, before, next);
    }
    push({ ...edits, prices });
    return undefined;
  };
  const typeReason = (ids: readonly string[], reason: string) => {
    const reasons = new Map(edits.reasons);
    for (const id of ids) reasons.set(id, reason);
    push({ ...edits, reasons });
  };
  /** How many models a bulk edit changes. */
  const applyBulk = (models: readonly Model[], edit: BulkEdit): number => {
    const prices = new Map(edits.prices);
    let count = 0;
    for (const model of models) {
      const { before, components, official } = toRow(model, edits);
      const next = withBulk(components, official, edit);
      if (next === undefined || isUnchanged(components, next)) continue;
      put(prices, model.id, before, next);
      count += 1;
    }
    if (count > 0) push({ ...edits, prices });
    return count;
  };
  const undo = () => setHistory((before) => (before.length > 1 ? before.slice(0, -1) : before));
  const clear = () => setHistory([none]);
  const values = useMemo(() => valuesOfEdits(edits), [edits]);
  const setValues = (next: DraftValues) => push(editsOfValues(next));
  /** Keeps beside the models what the draft says by now. */
  const followOthers = (now: readonly PriceEntryAnswer[]) => setOthers(besidesModels(now));
  const changedIds = useMemo(() => new Set(edits.prices.keys()), [edits]);
  const canUndo = history.length > 1;
  return {
    rowOf,
    typeCells,
    typeReason,
    applyBulk,
    undo,
    clear,
    changedIds,
    canUndo,
    others,
    values,
    setValues,
    followOthers,
  };
}

/** What a draft names besides models: the grid keeps it as it is. */
function besidesModels(entries: readonly PriceEntryAnswer[]): PriceEntryAnswer[] {
  return entries.filter(({ kind }) => kind !== "model");
}

/** What the server is told of a changed row. */
export function toEntry({ model, before, components, reason }: EditedRow) {
  const said = reason.trim() === "" ? {} : { reason: reason.trim() };
  if (Object.keys(components).length === 0) return { model: model.id, withdrawn: true, ...said };
  const conditions = sameConditions(before, components) ? {} : displayConditions(components);
  return { model: model.id, price: changedPrices(before ?? {}, components), ...conditions, ...said };
}

/** The same of what a draft names besides models. */
export function toOtherEntry({
  group,
  multiplier,
  accountId,
  model,
  price,
  tiers,
  hours,
  images,
  reason,
}: PriceEntryAnswer) {
  const said = reason === null ? {} : { reason };
  if (group !== null) return { group, multiplier, ...said };
  const isWithdrawn = Object.keys(price ?? {}).length === 0;
  return {
    accountId,
    model,
    ...(isWithdrawn ? { withdrawn: true } : { price, tiers, hours, images }),
    ...said,
  };
}

function toRow(model: Model, { prices, reasons }: Edits): EditedRow {
  const official = readPrices(model.official, model.officialConditions);
  const before = model.price === null ? undefined : readPrices(model.price, model);
  const components = prices.get(model.id) ?? before ?? {};
  const after = Object.keys(components).length === 0 ? undefined : components;
  const isChanged = prices.has(model.id);
  return {
    model,
    official,
    before,
    components,
    isChanged,
    causes: isChanged
      ? causesOf({ before, after, official, followsOfficial: model.syncPolicy === "official" })
      : [],
    reason: reasons.get(model.id) ?? "",
  };
}

function isCondition(name: string): name is ConditionName {
  return conditionNames.some((condition) => condition === name);
}

/** An edit back to what was is none. */
function put(
  prices: Map<string, PriceComponents>,
  id: string,
  before: PriceComponents | undefined,
  next: PriceComponents,
): void {
  if (isUnchanged(before, next)) prices.delete(id);
  else prices.set(id, next);
}
