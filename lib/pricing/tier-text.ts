import { parseFraction } from "#lib/core/fraction";
import { displayTiers, type ShownTier } from "./display.ts";
import { contextSteps } from "./tiers.ts";
import { type PriceTier, type TokenUnit, tokenUnits } from "./units.ts";

/** Tiers as one writes them into a cell: "200000: input 2, output 3/2; 272000: input 4". "" is none. */
export function formatTiers(tiers: readonly PriceTier[] | undefined): string {
  return displayTiers(tiers)
    .map(({ above, factors }) => {
      const said = Object.entries(factors).map(([unit, factor]) => `${unit} ${factor}`);
      return `${above}: ${said.join(", ")}`;
    })
    .join("; ");
}

/** The inverse, "×" before a factor allowed; undefined for what cannot be read or has a threshold that no usage is kept by. */
export function readTiers(text: string): PriceTier[] | undefined {
  const parts = text.split(";").filter((part) => part.trim() !== "");
  const tiers = parts.map(readTier);
  if (tiers.some((tier) => tier === undefined)) return undefined;
  const read = tiers.filter((tier) => tier !== undefined);
  if (new Set(read.map(({ above }) => above)).size < read.length) return undefined;
  return read.sort((left, right) => left.above - right.above);
}

/** As the API takes them. */
export function shownTiers(text: string): ShownTier[] | undefined {
  const tiers = readTiers(text);
  return tiers && displayTiers(tiers);
}

function readTier(part: string): PriceTier | undefined {
  const [, digits = "", said = ""] = /^\s*([\d,_ ]+?)\s*:\s*(.+?)\s*$/.exec(part) ?? [];
  const above = Number(digits.replace(/[,_ ]/g, ""));
  if (!contextSteps.some((step) => step === above)) return undefined;
  const factors: Partial<Record<TokenUnit, PriceTier["factors"][TokenUnit]>> = {};
  for (const one of said.split(",")) {
    const [, name, figure = ""] = /^\s*(\w+)\s*[×x]?\s*([\d./]+)\s*$/i.exec(one) ?? [];
    const unit = tokenUnits.find((known) => known.toLowerCase() === name?.toLowerCase());
    if (unit === undefined || factors[unit] !== undefined) return undefined;
    const factor = read(figure);
    if (factor === undefined) return undefined;
    factors[unit] = factor;
  }
  return { above, factors: factors as PriceTier["factors"] };
}

function read(figure: string) {
  try {
    return parseFraction(figure);
  } catch {
    return undefined;
  }
}
