"use client";

import classes from "./common.module.css";
import { useCurrency } from "./currency.tsx";
import { convertedText, moneyParts, moneyRounded, moneyText } from "./format-money.ts";

type Props = {
  value: string;
  strong?: boolean;
  /** A movement: what comes in is marked with a plus, what goes out is not alarming. */
  signed?: boolean;
  /** For narrow columns, where size matters more than the last digit: hovering says all of them. */
  rounded?: boolean;
};

/**
 * An amount in USD with as many digits as it needs; what is smaller than a cent is set back. Where another currency is
 * shown, it is rounded and marked "≈", and hovering says the exact USD and the rate.
 */
export function Money({ value, strong = false, signed = false, rounded = false }: Props) {
  const currency = useCurrency();
  const { sign, whole, cents, tail } = moneyParts(value);
  const isZero = Number(value) === 0;
  // Below a cent the tail is all there is to read.
  const isTiny = Math.abs(Number(value)) < 0.01;
  const tone = isZero ? "zero" : toneOf(sign === "-", signed);
  if (currency !== null) {
    const title = `${moneyText(value)} · ${currency.code} ${currency.usdPerUnit}, ${currency.date}`;
    return (
      <span className={classes.money} data-strong={strong || undefined} data-tone={tone} title={title}>
        {signed && tone === "in" ? "+" : ""}≈{convertedText(value, currency)}
      </span>
    );
  }
  if (rounded) {
    return (
      <span
        className={classes.money}
        data-strong={strong || undefined}
        data-tone={tone}
        title={moneyText(value)}
      >
        {signed && tone === "in" ? "+" : ""}
        {moneyRounded(value)}
      </span>
    );
  }
  return (
    <span className={classes.money} data-strong={strong || undefined} data-tone={tone}>
      {signed && tone === "in" ? "+" : sign}
      {whole}
      {cents}
      {tail !== "" && <span className={isTiny ? undefined : classes.moneyTail}>{tail}</span>}
    </span>
  );
}

function toneOf(isNegative: boolean, signed: boolean): "in" | "debt" | undefined {
  if (signed) return isNegative ? undefined : "in";
  return isNegative ? "debt" : undefined;
}
