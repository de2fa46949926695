/** A price as the management API shows it (USD per million tokens, "0.15" or "25/3"), as an exact fraction. */
type Fraction = { num: bigint; den: bigint };

/**
 * What a call must cost, computed apart from the product's code: prompt × input + completion × output in
 * nano-USD, times the group's multiplier, rounded once, half up.
 */
export function expectedCost(
  call: { promptTokens: number; completionTokens: number },
  price: { input: string; output: string; groupMultiplier: string },
): bigint {
  const input = fraction(price.input);
  const output = fraction(price.output);
  const group = fraction(price.groupMultiplier);
  // 1 USD per million tokens is 1,000 nano-USD per token.
  const num =
    1000n *
    group.num *
    (BigInt(call.promptTokens) * input.num * output.den +
      BigInt(call.completionTokens) * output.num * input.den);
  const den = group.den * input.den * output.den;
  return (2n * num + den) / (2n * den);
}

/** Decimal dollars to nano-dollars. */
export function nanoUsd(usd: string): bigint {
  const { num, den } = fraction(usd);
  return (num * 1_000_000_000n) / den;
}

/** Nano-dollars for people: six digits are enough to recognise a sum. */
export function dollars(nano: bigint): string {
  const sign = nano < 0n ? "-" : "";
  const micro = (nano < 0n ? -nano : nano) / 1000n;
  return `${sign}$${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, "0")}`;
}

function fraction(text: string): Fraction {
  const [numerator = "", denominator = "1"] = text.split("/");
  const above = decimal(numerator);
  const below = decimal(denominator);
  return { num: above.num * below.den, den: above.den * below.num };
}

function decimal(text: string): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new Error(`not a decimal number: ${text}`);
  const [, sign, whole, places = ""] = match;
  return { num: BigInt(`${sign}${whole}${places}`), den: 10n ** BigInt(places.length) };
}
