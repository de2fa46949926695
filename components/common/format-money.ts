/** "1234.5" → sign, "$1,234", ".50" and what stands beyond the cents: {sign: "", whole: "$1,234", cents: ".50", tail: ""}. */
export type MoneyParts = { sign: string; whole: string; cents: string; tail: string };

/** Splits a decimal string in USD for display: every digit that it has, at least two decimal places. */
export function moneyParts(usd: string): MoneyParts {
  const negative = usd.startsWith("-");
  const [whole = "0", decimals = ""] = (negative ? usd.slice(1) : usd).split(".");
  const padded = decimals.padEnd(2, "0");
  return {
    sign: negative ? "-" : "",
    whole: `$${groupDigits(whole)}`,
    cents: `.${padded.slice(0, 2)}`,
    tail: padded.slice(2),
  };
}

/** The same as one text: "-$0.000001". */
export function moneyText(usd: string): string {
  const { sign, whole, cents, tail } = moneyParts(usd);
  return `${sign}${whole}${cents}${tail}`;
}

/** For tiles and axes, where size matters more than the last digit: "$1,234", "$12.35", "$0.0042". */
export function moneyRounded(usd: string | number): string {
  const value = Number(usd);
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (size === 0) return "$0.00";
  if (size >= 1000) return `${sign}$${groupDigits(String(Math.round(size)))}`;
  if (size >= 0.1) return `${sign}$${size.toFixed(2)}`;
  return `${sign}$${trimZeros(size.toFixed(Math.min(9, 1 - Math.floor(Math.log10(size)))))}`;
}

/** 1154700 → "1,154,700"; digits only, as in counts and whole dollars. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function trimZeros(decimal: string): string {
  return decimal.replace(/0+$/, "");
}
