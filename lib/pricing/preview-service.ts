import { formatUsd } from "#lib/core/money";
import { outsideOfficial, type Rated, ratePreview } from "./preview.ts";
import type { PreviewAnswer } from "./preview-schema.ts";
import { conditionalModels, splitCells } from "./usage-cells.ts";
import { usageBySlot, usageSince } from "./usage-store.ts";
import { standing, stateOf } from "./version-service.ts";
import { loadAccountNames, loadPricedModels } from "./version-store.ts";

const DEFAULT_DAYS = 30;
const SHOWN = 100;

/** What the last days' real usage would have cost under a version, beside what it costs now. Throws 404. */
export async function previewPriceVersion(id: string, days = DEFAULT_DAYS): Promise<PreviewAnswer> {
  const after = await stateOf(id);
  const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const [before, models] = await Promise.all([standing(), loadPricedModels()]);
  const conditional = conditionalModels([before, after], models);
  const [usage, bySlot] = await Promise.all([
    usageSince(from),
    usageBySlot(from, conditional.models, conditional.cuts),
  ]);
  const cells = splitCells(usage, bySlot);
  const officialOf = (model: string) => models.get(model)?.official;
  const preview = ratePreview(cells, { before, after }, officialOf);
  const { total } = preview;
  const changed = [...preview.accounts].filter(([, rated]) => rated.after !== rated.before);
  const shown = topOf(changed, (rated) => rated.before - rated.after);
  const names = await loadAccountNames(shown.map(([accountId]) => accountId).filter((one) => one !== ""));
  return {
    days,
    from,
    ...toAnswer(total),
    billed: formatUsd(total.billed),
    marginBefore: formatUsd(total.before - total.official),
    marginAfter: formatUsd(total.after - total.official),
    accountsThatPayMore: changed.filter(([, rated]) => rated.after > rated.before).length,
    accountsThatPayLess: changed.filter(([, rated]) => rated.after < rated.before).length,
    accounts: shown.map(([accountId, rated]) => ({
      accountId,
      name: names.get(accountId) ?? null,
      ...toAnswer(rated),
    })),
    models: topOf(
      [...preview.models].filter(([, rated]) => rated.after !== rated.before),
      (rated) => -distance(rated),
    ).map(([model, rated]) => ({ model, ...toAnswer(rated) })),
    refused: [...preview.refused].map(([model, requests]) => ({ model, requests })),
    outsideOfficial: outsideOfficial(after, officialOf).sort(),
  };
}

function topOf(entries: readonly [string, Rated][], orderOf: (rated: Rated) => bigint): [string, Rated][] {
  return [...entries].sort(([, left], [, right]) => Number(orderOf(left) - orderOf(right))).slice(0, SHOWN);
}

function distance({ before, after }: Rated): bigint {
  return after > before ? after - before : before - after;
}

function toAnswer({ requests, before, after, official }: Rated) {
  return {
    requests,
    before: formatUsd(before),
    after: formatUsd(after),
    official: formatUsd(official),
    change: formatUsd(after - before),
  };
}
