import { Tooltip } from "@mantine/core";
import { moneyText } from "../common/format-money.ts";

/**
 * An amount of the bill before it is rounded: a decimal, or a fraction without a finite decimal, which is shown
 * cut to 12 places behind "≈" with the fraction on hover.
 */
export function ExactAmount({ value }: { value: string }) {
  const [top = "0", bottom] = value.split("/");
  if (bottom === undefined) return <>{moneyText(value)}</>;
  return (
    <Tooltip label={`$${value}`}>
      <span>≈{moneyText(cutDecimal(BigInt(top), BigInt(bottom)))}</span>
    </Tooltip>
  );
}

/** top/bottom as a decimal of at most 12 places, cut towards zero. */
function cutDecimal(top: bigint, bottom: bigint): string {
  const negative = top < 0n;
  const scaled = ((negative ? -top : top) * 1_000_000_000_000n) / bottom;
  const digits = String(scaled).padStart(13, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
