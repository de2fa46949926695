import { AppError, invalidFields } from "#lib/core/errors";
import { divideFractions, type Fraction, one, parseFraction, subtractFractions } from "#lib/core/fraction";
import { findMissingGroups } from "#lib/groups/store";
import { componentsFrom } from "./entry-input.ts";
import { causesOf, causesOfMultiplier, type ReasonCause } from "./reason.ts";
import { accountKey, type PriceState } from "./state.ts";
import type { ReasonedEntry } from "./store.ts";
import type { PriceEntryInput } from "./version-schema.ts";
import { loadAccountNames, loadPricedModels, type PricedModel } from "./version-store.ts";

/**
 * What was asked for as whole entries, on top of the prices of `state`. Throws 422 `invalid_fields` for what is not
 * there or named twice, by the path of the field.
 */
export async function resolveEntries(
  inputs: readonly PriceEntryInput[],
  state: PriceState,
): Promise<ReasonedEntry[]> {
  const models = await loadPricedModels(inputs.flatMap(({ model }) => model ?? []));
  const accounts = await loadAccountNames(inputs.flatMap(({ accountId }) => accountId ?? []));
  const missingGroups = new Set(await findMissingGroups(inputs.flatMap(({ group }) => group ?? [])));
  const problems: Record<string, string> = {};
  const seen = new Set<string>();
  const entries = inputs.flatMap((input, index): ReasonedEntry[] => {
    const refuse = (field: string, problem: string): [] => {
      problems[`entries.${index}.${field}`] = problem;
      return [];
    };
    const key = JSON.stringify([input.model, input.group, input.accountId, input.discount !== undefined]);
    if (seen.has(key)) return refuse(input.group === undefined ? "model" : "group", "is named twice");
    seen.add(key);
    const reason = input.reason === undefined || input.reason === "" ? null : input.reason;
    if (input.group !== undefined) {
      if (missingGroups.has(input.group)) return refuse("group", "there is no such group");
      return [
        { kind: "group", groupId: input.group, multiplier: parseFraction(input.multiplier ?? ""), reason },
      ];
    }
    if (input.discount !== undefined) {
      const accountId = input.accountId ?? "";
      if (!accounts.has(accountId)) return refuse("accountId", "there is no such account");
      return [{ kind: "discount", accountId, multiplier: paidOf(parseFraction(input.discount)), reason }];
    }
    const model = models.get(input.model ?? "");
    if (model === undefined) return refuse("model", "neither the catalogue nor a channel has this model");
    if (input.accountId !== undefined && !accounts.has(input.accountId))
      return refuse("accountId", "there is no such account");
    const components = componentsFrom(input, baseOf(input, model, state), model.official);
    if (Object.keys(components).length === 0 && !input.withdrawn)
      return refuse(
        "model",
        input.official ? "no official price is known" : "no price is left; say withdrawn",
      );
    const { id: modelId } = model;
    if (input.accountId === undefined) return [{ kind: "model", modelId, components, reason }];
    return [{ kind: "account", accountId: input.accountId, modelId, components, reason }];
  });
  if (Object.keys(problems).length > 0) throw invalidFields(problems);
  return entries;
}

/** Throws 422 `reason_required`, by the path of the field, for entries that need a reason and have none. */
export async function requireReasons(entries: readonly ReasonedEntry[], state: PriceState): Promise<void> {
  const models = await loadPricedModels(
    entries.flatMap((entry) => ("modelId" in entry ? [entry.modelId] : [])),
  );
  const fields = Object.fromEntries(
    entries.flatMap((entry, index) => {
      const causes = causesOfEntry(entry, state, models);
      if (causes.length === 0 || entry.reason !== null) return [];
      return [
        [`entries.${index}.reason`, `${nameOf(entry)}: ${causes.map((cause) => saying[cause]).join("; ")}`],
      ];
    }),
  );
  if (Object.keys(fields).length === 0) return;
  throw new AppError({
    code: "reason_required",
    status: 422,
    message: `Say why, in "reason": ${Object.values(fields).slice(0, 5).join(". ")}.`,
    fields,
  });
}

/** What an entry needs a typed reason for, against the prices so far. */
export function causesOfEntry(
  entry: ReasonedEntry,
  state: PriceState,
  models: ReadonlyMap<string, PricedModel>,
): ReasonCause[] {
  if (entry.kind === "group") return causesOfMultiplier(state.groups.get(entry.groupId), entry.multiplier);
  // Half off is a matter of trust too, and asks why.
  if (entry.kind === "discount") return 2n * entry.multiplier.num < entry.multiplier.den ? ["range"] : [];
  const model = models.get(entry.modelId);
  const after = Object.keys(entry.components).length === 0 ? undefined : entry.components;
  const ofModel = state.models.get(entry.modelId);
  if (entry.kind === "model")
    return causesOf({
      before: ofModel,
      after,
      official: model?.official,
      followsOfficial: model?.followsOfficial === true,
    });
  const own = state.accounts.get(accountKey(entry.accountId, entry.modelId))?.components;
  return causesOf({ before: own ?? ofModel, after, official: model?.official, followsOfficial: false });
}

const saying: Record<ReasonCause, string> = {
  range: "outside 0.5 to 1.0 times the official price",
  jump: "more than ten times, or less than a tenth of, what it was",
  leaves_official: "leaves the official price that it follows",
};

/** An account's own price starts from what it pays now; a model without any price from nothing. */
function baseOf(input: PriceEntryInput, model: PricedModel, state: PriceState) {
  const own =
    input.accountId === undefined ? undefined : state.accounts.get(accountKey(input.accountId, model.id));
  return own?.components ?? state.models.get(model.id) ?? {};
}

function nameOf(entry: ReasonedEntry): string {
  if (entry.kind === "discount") return "discount";
  return entry.kind === "group" ? `group ${entry.groupId}` : entry.modelId;
}

/** What is paid of 100 % less a discount: 5 → 19/20. */
export function paidOf(percent: Fraction): Fraction {
  return subtractFractions(one, divideFractions(percent, { num: 100n, den: 1n }));
}
