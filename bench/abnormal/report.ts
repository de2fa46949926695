import { chanceOf } from "./chance.ts";
import type { Size } from "./month.ts";
import type { Result } from "./run-month.ts";
import { THEFT_KINDS } from "./thefts.ts";

type Reported = { seed: number; size: Size; withTables: Result; without: Result };

/** What a simulated month says, as Markdown: recall by kind of theft, false incidents, and the trivial rule beside them. */
export function tablesOf({ seed, size, withTables, without }: Reported): string {
  const { thefts, naive } = withTables;
  const line = (
    name: string,
    found: (index: number) => boolean,
    bare: (index: number) => boolean,
    is: (kind: string) => boolean,
  ) => {
    const own = thefts.flatMap(({ kind }, index) => (is(kind) ? [index] : []));
    const counts = [found, bare, (index: number) => naive.thefts[index] === true].map((rule) =>
      recallText(own.filter(rule).length, own.length),
    );
    return `| ${name} | ${counts.join(" | ")} |`;
  };
  const isFound = (index: number) => thefts[index]?.seconds !== null;
  const isFoundBare = (index: number) => without.thefts[index]?.seconds !== null;
  const seconds = thefts.flatMap((theft) => theft.seconds ?? []).sort((a, b) => a - b);
  return [
    `Seed ${seed}: ${size.keys} keys, ${size.days} days, ${size.thefts} thefts. Recall: found within 60 s of the theft's second call.`,
    "",
    "| theft | detection | without tables of networks | “any new /24” |",
    "| --- | --- | --- | --- |",
    ...THEFT_KINDS.map((kind) => line(kind, isFound, isFoundBare, (own) => own === kind)),
    line("**all**", isFound, isFoundBare, () => true),
    `| false incidents per 100 key-days | ${falseText(withTables, seed)} | ${falseText(without, seed)} | ${(
      (100 * naive.falses) / withTables.keyDays
    ).toFixed(1)} |`,
    "",
    `Intervals at 95 %: Wilson's for recall; for false incidents a bootstrap over keys (2,000 draws), since a key's incidents come together. Half of the thefts found were found within ${quantile(seconds, 0.5)} s of their first call, nine tenths within ${quantile(seconds, 0.9)} s.`,
  ].join("\n");
}

const quantile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);

function recallText(found: number, all: number): string {
  const [low, high] = wilson(found, all);
  return `${percent(found / all)} (${percent(low)}–${percent(high)})`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Wilson's score interval at 95 %. */
export function wilson(found: number, all: number): [number, number] {
  const z = 1.96;
  const share = found / all;
  const middle = share + (z * z) / (2 * all);
  const half = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const whole = 1 + (z * z) / all;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

function falseText({ falseByKey, keyDays }: Result, seed: number): string {
  const chance = chanceOf(seed);
  const rate = (list: readonly number[]) => (100 * list.reduce((sum, n) => sum + n, 0)) / keyDays;
  const draws = Array.from({ length: 2_000 }, () => rate(falseByKey.map(() => chance.pick(falseByKey)))).sort(
    (a, b) => a - b,
  );
  const [low = 0, high = 0] = [draws[50], draws[1_949]];
  return `${rate(falseByKey).toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
