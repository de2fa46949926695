import { formatUsd, parseUsd } from "#lib/core/money";
import type { LogFilterKey, LogFilters } from "./filter-keys.ts";

/** A quantity that can be compared: how its numbers are typed, and under which keys its ends are kept. */
export type Amount = {
  min: LogFilterKey;
  max: LogFilterKey;
  /** A typed number in the smallest unit; undefined for what is none. */
  read: (typed: string) => bigint | undefined;
  write: (value: bigint) => string;
  /** As the management API takes it. */
  kept: (value: bigint) => string;
};

const most = 2_147_483_647n;
const bounded = (value: bigint) => (value > most ? undefined : value);

export const costAmount: Amount = {
  min: "minCost",
  max: "maxCost",
  read: (typed) => (/^\$?\d{1,12}(\.\d{1,9})?$/.test(typed) ? parseUsd(typed.replace("$", "")) : undefined),
  write: formatUsd,
  kept: formatUsd,
};

export const tokenAmount: Amount = {
  min: "minTokens",
  max: "maxTokens",
  read: (typed) => scaled(typed, { "": 1n, k: 1000n, m: 1_000_000n }),
  write: String,
  kept: String,
};

export const latencyAmount: Amount = {
  min: "minLatencyMs",
  max: "maxLatencyMs",
  read: (typed) => scaled(typed, { "": 1n, ms: 1n, s: 1000n, m: 60_000n }),
  write: (ms) => (ms % 1000n === 0n && ms > 0n ? `${ms / 1000n}s` : `${ms}ms`),
  kept: String,
};

/** `>5`, `>=5`, `<5`, `<=5`, `5..9` or `5` as the ends that are kept; undefined for what is none of these. */
export function readAmount(typed: string, amount: Amount): LogFilters | undefined {
  const [low, high] = typed.split("..");
  if (low !== undefined && high !== undefined) {
    const [from, to] = [amount.read(low), amount.read(high)];
    return from === undefined || to === undefined || from > to ? undefined : ends(amount, from, to);
  }
  const [, sign = "", number = ""] = /^(>=|<=|>|<|)(.*)$/.exec(typed) ?? [];
  const value = amount.read(number);
  if (value === undefined) return undefined;
  // Amounts are whole numbers of their smallest unit: more than 5 is 6 and up.
  if (sign === ">") return ends(amount, value + 1n, undefined);
  if (sign === ">=") return ends(amount, value, undefined);
  if (sign === "<") return value === 0n ? undefined : ends(amount, undefined, value - 1n);
  if (sign === "<=") return ends(amount, undefined, value);
  return ends(amount, value, value);
}

/** The ends that are kept, as they would be typed: the rounder of `>=6` and `>5`. What cannot be read is left out. */
export function writeAmount(filters: LogFilters, amount: Amount): string[] {
  const [min, max] = [keptValue(filters[amount.min], amount), keptValue(filters[amount.max], amount)];
  if (min !== undefined && min === max) return [amount.write(min)];
  const parts: string[] = [];
  if (min !== undefined) {
    parts.push(min === 0n ? `>=${amount.write(min)}` : rounder(amount, [">=", min], [">", min - 1n]));
  }
  if (max !== undefined) parts.push(rounder(amount, ["<=", max], ["<", max + 1n]));
  return parts;
}

function ends(amount: Amount, min: bigint | undefined, max: bigint | undefined): LogFilters {
  return {
    ...(min === undefined ? {} : { [amount.min]: amount.kept(min) }),
    ...(max === undefined ? {} : { [amount.max]: amount.kept(max) }),
  };
}

function keptValue(text: string | undefined, amount: Amount): bigint | undefined {
  return text === undefined ? undefined : amount.read(text);
}

type Written = readonly [sign: string, value: bigint];

function rounder(amount: Amount, first: Written, second: Written): string {
  const [one, other] = [amount.write(first[1]), amount.write(second[1])];
  const figures = (text: string) => digits(text).replace(/0+$/, "").length;
  // Where both have as few figures, the one that is round: <10 rather than <=9.
  const zeros = (text: string) => digits(text).length - figures(text);
  const isFirst =
    figures(one) < figures(other) || (figures(one) === figures(other) && zeros(one) >= zeros(other));
  return isFirst ? first[0] + one : second[0] + other;
}

function digits(text: string): string {
  return text.replaceAll(/\D/g, "").replace(/^0+/, "");
}

/** "1.5s" with {s: 1000} is 1500; a fraction of the smallest unit is no number of it. */
function scaled(typed: string, units: Readonly<Record<string, bigint>>): bigint | undefined {
  const [, whole = "", fraction = "", unit = ""] = /^(\d{1,12})(?:\.(\d{1,3}))?([a-z]*)$/i.exec(typed) ?? [];
  const scale = units[unit.toLowerCase()];
  if (whole === "" || scale === undefined) return undefined;
  const thousandths = BigInt(whole + fraction.padEnd(3, "0")) * scale;
  return thousandths % 1000n === 0n ? bounded(thousandths / 1000n) : undefined;
}
