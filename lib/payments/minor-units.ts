/** How Stripe counts currencies that have no hundredths, or thousandths; all others have hundredths. */
const whole = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ");
const thousandths = "BHD JOD KWD OMR TND".split(" ");

/** Fractional digits of a currency in Stripe's amounts. */
export function minorDigits(currency: string): number {
  if (whole.includes(currency)) return 0;
  return thousandths.includes(currency) ? 3 : 2;
}

/** "12.5" USD → 1250; undefined: it has digits that the currency has not, or is more than Stripe takes. */
export function toMinor(amount: string, currency: string): number | undefined {
  const [units = "0", rest = ""] = amount.split(".");
  const digits = minorDigits(currency);
  const fraction = rest.replace(/0+$/, "");
  if (fraction.length > digits) return undefined;
  const minor = BigInt(units + fraction.padEnd(digits, "0"));
  return minor > 99_999_999n ? undefined : Number(minor);
}

/** 1250 USD → "12.5". */
export function fromMinor(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const text = String(minor).padStart(digits + 1, "0");
  const units = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, "");
  return digits === 0 || fraction === "" ? units : `${units}.${fraction}`;
}
