import type { LogRow } from "#lib/logs/schema";
import { StateBadge, toneOfStatus } from "../common/state-badge.tsx";
import classes from "./logs.module.css";

/** The HTTP status with its error code; how many refusals stand behind a collapsed row. */
export function LogStatus({ row }: { row: Pick<LogRow, "status" | "errorCode" | "repeats"> }) {
  return (
    <span className={classes.status}>
      <StateBadge tone={toneOfStatus(row.status)}>{row.status}</StateBadge>
      {row.errorCode !== null && <span className={classes.errorCode}>{row.errorCode}</span>}
      {row.repeats > 1 && <span className={classes.repeats}>×{row.repeats}</span>}
    </span>
  );
}
