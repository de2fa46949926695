const nanoPerUsd = 1_000_000_000n;
const decimalUsd = /^(-?)(\d{1,18})(?:\.(\d{1,9}))?$/;

/**
 * Dollars to nano-USD, exactly: "12.5" → 12_500_000_000n. Reads plain decimals with at most 18 whole and
 * 9 fractional digits and an optional minus; anything else (blanks, "+", exponents, commas) is an Error.
 */
export function parseUsd(text: string): bigint {
  const match = decimalUsd.exec(text);
  if (match === null) {
    throw new Error(`"${text.slice(0, 64)}" is not an amount in USD with at most 9 decimal places`);
  }
  const [, sign, whole = "0", decimals = ""] = match;
  const nanoUsd = BigInt(whole) * nanoPerUsd + BigInt(decimals.padEnd(9, "0"));
  return sign === "-" ? -nanoUsd : nanoUsd;
}

/** Nano-USD to a decimal string in dollars without trailing zeros: "12.5", "-0.000001", "0". */
export function formatUsd(nanoUsd: bigint): string {
  const absolute = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const decimals = String(absolute % nanoPerUsd)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const dollars = String(absolute / nanoPerUsd);
  return `${nanoUsd < 0n ? "-" : ""}${dollars}${decimals === "" ? "" : `.${decimals}`}`;
}
