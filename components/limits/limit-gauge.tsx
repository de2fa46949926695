// biome-ignore-all lint/a11y/useSemanticElements: browsers draw <meter> each in their own way
import { groupDigits } from "../common/format-money.ts";
import classes from "./limits.module.css";

/** How much of a limit is used now: figures and a bar, which warns from 80 % and says so at the limit. */
export function LimitGauge({ used, limit, label }: { used: number; limit: number; label: string }) {
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  const tone = share >= 1 ? "full" : share >= 0.8 ? "near" : undefined;
  return (
    <span className={classes.gauge}>
      <span className={classes.gaugeText}>
        {groupDigits(String(used))} <span className={classes.dim}>/ {groupDigits(String(limit))}</span>
      </span>
      <span
        className={classes.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={`${used} / ${limit}`}
        data-tone={tone}
      >
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
