import { log } from "#lib/runtime/log";
import { readSettings } from "#lib/settings/store";
import { dropLogDay, listOldDays } from "./retention-store.ts";

/**
 * Drops the log rows of days that are older than the setting `logs.retentionDays` (0: none ever), oldest first. A day
 * that is not sealed, or whose rows are not what was sealed, is kept and said so.
 */
export async function keepLogs(): Promise<{ dropped: number; kept: number }> {
  const days = (await readSettings())["logs.retentionDays"];
  const done = { dropped: 0, kept: 0 };
  if (days === 0) return done;
  for (const day of await listOldDays(days)) {
    const answer = await dropLogDay(day);
    if (answer === "dropped") done.dropped += 1;
    else done.kept += 1;
    const level = answer === "differs" ? "error" : "info";
    log()[level]({ day, answer }, "a day of the request log is past its retention");
  }
  return done;
}
