import { durationText } from "../common/duration.ts";
import classes from "./channels.module.css";

/** A share of 0 to 1 as a percentage; what is below 95 % is marked. null: nothing was counted. */
export function SuccessRate({ rate }: { rate: number | null }) {
  if (rate === null) return <span className={classes.dim}>–</span>;
  const percent = rate === 1 ? "100" : (Math.floor(rate * 1000) / 10).toFixed(1);
  return <span className={rate < 0.95 ? classes.errors : undefined}>{percent} %</span>;
}

/** Milliseconds; null: none was measured. */
export function Milliseconds({ ms }: { ms: number | null }) {
  if (ms === null) return <span className={classes.dim}>–</span>;
  return <span className={classes.traffic}>{durationText(ms)}</span>;
}
