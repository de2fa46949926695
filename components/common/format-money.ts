/** "1234.5" → sign, "$1,234", ".50" and what stands beyond the cents: {sign: "", whole: "$1,234", cents: ".50", tail: ""}. */
export type MoneyParts = { sign: string; whole: string; cents: string; tail: string };

/** Another currency than USD, by a dated rate: what one unit of it is worth in USD. */
export type ShownCurrency = { code: string; usdPerUnit: string; date: string };

/**
 * An amount in USD as "¥71.23": rounded to what a person compares, three digits where it is small. The rate is a decimal
 * or a fraction. What was paid stays in USD; this is for reading only.
 */
export function convertedText(usd: string | number, { code, usdPerUnit }: ShownCurrency): string {
  const [top = "1", bottom = "1"] = usdPerUnit.split("/");
  const value = (Number(usd) * Number(bottom)) / Number(top);
  const symbol = new Intl.NumberFormat("en", {
    style: "currency",
    currency: code,
    currencyDisplay: "narrowSymbol",
  })
    .formatToParts(0)
    .find(({ type }) => type === "currency")?.value;
  return moneyRounded(value, symbol ?? code);
}

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
export function moneyRounded(usd: string | number, symbol = "$"): string {
  const value = Number(usd);
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (size === 0) return `${symbol}0.00`;
  if (size >= 1000) return `${sign}${symbol}${groupDigits(String(Math.round(size)))}`;
  if (size >= 0.1) return `${sign}${symbol}${size.toFixed(2)}`;
  return `${sign}${symbol}${trimZeros(size.toFixed(Math.min(9, 1 - Math.floor(Math.log10(size)))))}`;
}

/** 1154700 → "1,154,700"; of a decimal the digits before its point. */
export function groupDigits(decimal: string): string {
  const [whole = "", ...rest] = decimal.split(".");
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ","), ...rest].join(".");
}

/** "3555.87188612" in CNY as "3,555.87 CNY": cut, not rounded, so that nothing seems to have been reached that was not. */
export function paidText(amount: string, currency: string): string {
  const [whole = "0", decimals = ""] = amount.split(".");
  const cut = decimals.slice(0, 2).replace(/0+$/, "");
  return `${groupDigits(whole)}${cut === "" ? "" : `.${cut.padEnd(2, "0")}`} ${currency}`;
}

/** "2857.651245551" in CNY as "2,857.66 CNY": never less than what is missing, for who pays it expects to have arrived. */
export function missingText(amount: string, currency: string): string {
  const [whole = "0", decimals = ""] = amount.split(".");
  const beyond = /[1-9]/.test(decimals.slice(2)) ? 1n : 0n;
  const cents = BigInt(whole + decimals.slice(0, 2).padEnd(2, "0")) + beyond;
  return paidText(`${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`, currency);
}

function trimZeros(decimal: string): string {
  return decimal.replace(/0+$/, "");
}
