import { groupDigits } from "../common/format-money.ts";
import classes from "./recharges.module.css";

/** An amount as it was paid: "3,000 CNY". */
export function Paid({ amount, currency }: { amount: string; currency: string }) {
  const [units = "0", rest] = amount.split(".");
  return (
    <span className={classes.amount}>
      {groupDigits(units)}
      {rest === undefined ? "" : `.${rest}`} {currency}
    </span>
  );
}
