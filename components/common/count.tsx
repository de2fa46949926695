import classes from "./common.module.css";
import { groupDigits } from "./format-money.ts";

/** A whole number with grouped digits; 0 is set back so that a column shows where something happened. */
export function Count({ value }: { value: number }) {
  return (
    <span className={classes.money} data-tone={value === 0 ? "zero" : undefined}>
      {groupDigits(String(value))}
    </span>
  );
}
