import { Tooltip } from "@mantine/core";
import { moneyText } from "../common/format-money.ts";

/** A price in USD; one without a finite decimal is marked "≈" and hovering shows the fraction. */
export function ExactPrice({ value }: { value: string }) {
  const [top = "0", bottom] = value.split("/");
  if (bottom === undefined) return <span>{moneyText(value)}</span>;
  const rounded = (Number(top) / Number(bottom)).toFixed(6).replace(/0+$/, "");
  return (
    <Tooltip label={`$${value}`}>
      <span>≈{moneyText(rounded)}</span>
    </Tooltip>
  );
}
