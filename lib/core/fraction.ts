/** An exact rational: `den` > 0 and the pair is reduced. Build it only through the functions below. */
export type Fraction = { readonly num: bigint; readonly den: bigint };

export const zero: Fraction = { num: 0n, den: 1n };
export const one: Fraction = { num: 1n, den: 1n };

const literal = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * Reads "25/3", "-1/2", "0.15", "1e-7" exactly. Both sides of the slash may be decimals ("0.1/3").
 * Throws an Error that names the text when it is no number or its denominator is 0.
 */
export function parseFraction(text: string): Fraction {
  const sides = text.trim().split("/");
  const [top, bottom] = sides;
  if (top === undefined || sides.length > 2) throw notAFraction(text);
  if (bottom === undefined) return readDecimal(top, text);
  const divisor = readDecimal(bottom, text);
  if (divisor.num === 0n) throw notAFraction(text);
  return divideFractions(readDecimal(top, text), divisor);
}

/** The decimal literal of a JS number, exactly: 0.075 is 3/40, not the binary double beside it. */
export function fractionFromNumber(value: number): Fraction {
  return parseFraction(String(value));
}

/** Throws a RangeError for a number that is not whole: those go through fractionFromNumber. */
export function fractionFromInteger(value: bigint | number): Fraction {
  return { num: BigInt(value), den: 1n };
}

/** Builds num/den, reduced, sign in the numerator. Throws a RangeError when `den` is 0. */
export function makeFraction(num: bigint, den: bigint): Fraction {
  if (den === 0n) throw new RangeError("a fraction's denominator cannot be 0");
  const sign = den < 0n ? -1n : 1n;
  const divisor = greatestCommonDivisor(num < 0n ? -num : num, den * sign);
  return { num: (num * sign) / divisor, den: (den * sign) / divisor };
}

/** "25/3", or just "150" when it is whole. `parseFraction` reads it back to the same value. */
export function formatFraction(fraction: Fraction): string {
  return fraction.den === 1n ? String(fraction.num) : `${fraction.num}/${fraction.den}`;
}

/** The finite decimal of a fraction ("0.075"), or undefined when it has none (25/3). */
export function formatDecimal(fraction: Fraction): string | undefined {
  const digits = finiteDigits(fraction.den);
  if (digits === undefined) return undefined;
  const scaled = (fraction.num * 10n ** BigInt(digits)) / fraction.den;
  const negative = scaled < 0n;
  const figures = String(negative ? -scaled : scaled).padStart(digits + 1, "0");
  const whole = figures.slice(0, figures.length - digits);
  const rest = digits === 0 ? "" : `.${figures.slice(figures.length - digits)}`;
  return `${negative ? "-" : ""}${whole}${rest}`;
}

/** left + right, exact and reduced; nothing is rounded before roundHalfUp or roundUp. */
export function addFractions(left: Fraction, right: Fraction): Fraction {
  return makeFraction(left.num * right.den + right.num * left.den, left.den * right.den);
}

/** left − right, exact and reduced; below 0 where `right` is the larger. */
export function subtractFractions(left: Fraction, right: Fraction): Fraction {
  return makeFraction(left.num * right.den - right.num * left.den, left.den * right.den);
}

/** left × right, exact and reduced, however long its figures become. */
export function multiplyFractions(left: Fraction, right: Fraction): Fraction {
  return makeFraction(left.num * right.num, left.den * right.den);
}

/** Throws a RangeError when `divisor` is 0. */
export function divideFractions(dividend: Fraction, divisor: Fraction): Fraction {
  return makeFraction(dividend.num * divisor.den, dividend.den * divisor.num);
}

/** -1, 0 or 1, as for sort(). */
export function compareFractions(left: Fraction, right: Fraction): -1 | 0 | 1 {
  const difference = left.num * right.den - right.num * left.den;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** The larger one itself; of equals `left`. */
export function maxFraction(left: Fraction, right: Fraction): Fraction {
  return compareFractions(left, right) < 0 ? right : left;
}

/** The nearest integer; a half goes up, towards +∞: 5/2 → 3, -5/2 → -2. */
export function roundHalfUp(fraction: Fraction): bigint {
  return floorDivide(2n * fraction.num + fraction.den, 2n * fraction.den);
}

/** The smallest integer that is not below the fraction: what a bound rounds to. */
export function roundUp(fraction: Fraction): bigint {
  return -floorDivide(-fraction.num, fraction.den);
}

function readDecimal(part: string, whole: string): Fraction {
  const match = literal.exec(part.trim());
  if (match === null) throw notAFraction(whole);
  const [, sign = "", integer = "", decimals = "", exponent = "0"] = match;
  const figures = BigInt(integer + decimals) * (sign === "-" ? -1n : 1n);
  const power = Number(exponent) - decimals.length;
  return power < 0
    ? makeFraction(figures, 10n ** BigInt(-power))
    : { num: figures * 10n ** BigInt(power), den: 1n };
}

/** How many decimal places 1/den needs: the larger power of 2 or 5 in it, if nothing else is in it. */
function finiteDigits(den: bigint): number | undefined {
  let rest = den;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; twos += 1) rest /= 2n;
  for (; rest % 5n === 0n; fives += 1) rest /= 5n;
  return rest === 1n ? Math.max(twos, fives) : undefined;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n ? quotient - 1n : quotient;
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [larger, smaller] = [left, right];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function notAFraction(text: string): Error {
  return new Error(`"${text.slice(0, 64)}" is not a decimal number or a fraction of two`);
}
